/** Stops it, when it has done what it does, so that what is put away is whole. What was to run runs again after all. */

import type { Step } from '../ports.ts';

export const stop: Step = {
  async do({ deps, gateway, manager, spec, patience, signal }) {
    const program = deps.program(gateway.program);
    if (gateway.serviceName === undefined) {
      await program.endCommands(gateway.home);
      return `nothing runs for ${gateway.handle}`;
    }
    const how = await manager.stop(spec, { graceMs: patience.stopMs, signal });
    await program.endCommands(gateway.home);
    await deps.hub.setStatus(gateway.principalId, 'stopped');
    return how === 'stopped' ? `${gateway.handle} has stopped` : `${gateway.handle} did not stop, and was killed`;
  },
  async undo({ gateway, manager, spec }) {
    if (gateway.serviceName === undefined) return `${gateway.handle} stays as it is`;
    await manager.install(spec);
    if (gateway.wanted === 'down') return `${gateway.handle} stays as it is`;
    await manager.start(spec);
    return `${gateway.handle} runs again`;
  },
};
