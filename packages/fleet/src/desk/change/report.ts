/** It is kept: said last of all. */

import { taken } from '../taken.ts';
import type { Step } from '../ports.ts';
import { tell } from '../telling.ts';
import { changeIn, kinds } from './kinds.ts';

export const report: Step = {
  async do(work) {
    const { deps, gateway, runId } = work;
    const change = changeIn(work);
    const was = gateway.archive === undefined ? '' : ` What was there before lies in ${gateway.archive}.`;
    const text = `${gateway.handle} has ${kinds[change.kind].words(change)}.${was}`;
    await tell(work, {
      id: 'report',
      status: gateway.wanted === 'up' ? 'online' : 'stopped',
      activity: { type: 'progress', message: text },
      message: { text, intent: 'chat' },
    });
    if (gateway.taskId !== undefined) await deps.hub.closeTask(gateway.taskId);
    if (gateway.status === 'changing') {
      const facts = { problem: null, failure: null };
      taken(await deps.store.move(gateway.principalId, { action: 'keep', facts, runId, now: deps.clock() }));
    }
    return text;
  },
};
