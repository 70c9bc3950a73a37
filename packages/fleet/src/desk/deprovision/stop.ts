/** Stops it, when it has done what it does. What was to run is to run again where it stays. */

import { stateOfHome } from '../../home/index.ts';
import type { Step } from '../ports.ts';

export const stop: Step = {
  async do({ deps, gateway, manager, spec, patience, signal }) {
    const program = deps.program(gateway.program);
    if (gateway.serviceName === undefined) {
      await program.endCommands(gateway.home);
      return `nothing runs for ${gateway.handle}`;
    }
    const how = await manager.stop(spec, { graceMs: patience.stopMs, signal });
    // What somebody was still asking it would write into a home that is being read.
    await program.endCommands(gateway.home);
    await deps.hub.setStatus(gateway.principalId, 'stopped');
    return how === 'stopped' ? `${gateway.handle} has stopped` : `${gateway.handle} did not stop, and was killed`;
  },
  async undo({ gateway, manager, spec }) {
    const isToRun = gateway.wanted === 'up' && gateway.serviceName !== undefined;
    if (!isToRun || stateOfHome(gateway) === 'absent') return `${gateway.handle} stays as it is`;
    await manager.install(spec);
    await manager.start(spec);
    return `${gateway.handle} runs again`;
  },
};
