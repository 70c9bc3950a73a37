/** Runs it as it is now, where it is to run. */

import type { Step } from '../ports.ts';

export const start: Step = {
  async do({ gateway, manager, spec, note }) {
    if (gateway.service === 'its_own' && gateway.wanted === 'down') return `${gateway.handle} stays down`;
    await manager.install(spec);
    const serviceName = manager.nameOf(spec);
    await note({ serviceName });
    if (gateway.wanted === 'down') return `${gateway.handle} stays down`;
    await manager.start(spec);
    return `${gateway.handle} is run by ${serviceName}`;
  },
  async undo({ gateway, manager, spec, patience }) {
    await manager.remove(spec, { graceMs: patience.undoStopMs });
    return `nothing runs for ${gateway.handle}`;
  },
};
