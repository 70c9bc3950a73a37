/** It is there: said last of all, so that nobody is told of what is taken back a moment later. */

import { taken } from '../taken.ts';
import type { Step } from '../ports.ts';
import { tell } from '../telling.ts';

export const report: Step = {
  async do(work) {
    const { deps, gateway, runId } = work;
    const { displayName } = await deps.hub.facts(gateway.principalId);
    const message = `${gateway.handle} is online: port ${gateway.port}, ${gateway.home}, run by ${gateway.serviceName}.`;
    const text =
      gateway.restoredFrom === undefined
        ? `${displayName} is online, and reads its BOOTSTRAP.md now. Say hello.`
        : `${displayName} is back, with what lay in ${gateway.restoredFrom}. Say hello.`;
    await tell(work, {
      id: 'report',
      status: 'online',
      activity: { type: 'progress', message },
      message: { text, intent: 'chat' },
    });
    if (gateway.taskId !== undefined) await deps.hub.closeTask(gateway.taskId);
    if (gateway.status !== 'ready') {
      const facts = { problem: null, failure: null };
      taken(await deps.store.move(gateway.principalId, { action: 'complete', facts, runId, now: deps.clock() }));
    }
    return message;
  },
};
