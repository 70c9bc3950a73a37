/** Nothing starts it again. */

import type { Step } from '../ports.ts';

export const unservice: Step = {
  async do({ gateway, manager, spec, patience, signal }) {
    // Its name stays in the record until all is done: by it one knows whether it is to run again.
    if (gateway.serviceName !== undefined) await manager.remove(spec, { graceMs: patience.undoStopMs, signal });
    return `nothing runs for ${gateway.handle}`;
  },
};
