/** Stops it, when it has done what it does, so that what is put away is whole. What was to run runs again after all. */

import type { Step } from '../ports.ts';
import { stopGateway } from '../stop-gateway.ts';

export const stop: Step = {
  do: stopGateway,
  async undo({ gateway, manager, spec }) {
    if (gateway.serviceName === undefined) return `${gateway.handle} stays as it is`;
    await manager.install(spec);
    if (gateway.wanted === 'down') return `${gateway.handle} stays as it is`;
    await manager.start(spec);
    return `${gateway.handle} runs again`;
  },
};
