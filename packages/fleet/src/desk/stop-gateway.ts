/** Stops it, when it has done what it does, and ends what somebody was still asking it. */

import type { DoStep } from './ports.ts';

export const stopGateway: DoStep = async ({ deps, gateway, manager, spec, patience, signal }) => {
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
};
