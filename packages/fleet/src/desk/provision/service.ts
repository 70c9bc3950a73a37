/** What runs the gateway, and runs it again. */

import type { Step } from '../ports.ts';

export const service: Step = {
  async do({ gateway, manager, spec, note }) {
    await manager.install(spec);
    const serviceName = manager.nameOf(spec);
    await note({ serviceName, wanted: 'up' });
    await manager.start(spec);
    return `${gateway.handle} is run by ${serviceName}`;
  },
  async undo({ gateway, manager, spec, patience, note }) {
    // First: nobody starts again what is being stopped.
    await note({ wanted: 'down' });
    await manager.remove(spec, { graceMs: patience.undoStopMs });
    await note({ serviceName: null });
    return `nothing runs for ${gateway.handle}`;
  },
};
