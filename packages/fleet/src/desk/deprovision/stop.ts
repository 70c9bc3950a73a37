/** Stops it, when it has done what it does. What was to run is to run again where it stays. */

import { stateOfHome } from '../../home/index.ts';
import type { Step } from '../ports.ts';
import { stopGateway } from '../stop-gateway.ts';

export const stop: Step = {
  do: stopGateway,
  async undo({ gateway, manager, spec }) {
    const isToRun = gateway.wanted === 'up' && gateway.serviceName !== undefined;
    if (!isToRun || stateOfHome(gateway) === 'absent') return `${gateway.handle} stays as it is`;
    await manager.install(spec);
    await manager.start(spec);
    return `${gateway.handle} runs again`;
  },
};
