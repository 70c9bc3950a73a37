/** It is gone: said last of all. */

import { taken } from '../taken.ts';
import type { Step } from '../ports.ts';
import { tell } from '../telling.ts';

export const farewell: Step = {
  async do(work) {
    const { deps, gateway, runId } = work;
    const where = gateway.archive === undefined ? '' : ` What it had lies in ${gateway.archive}.`;
    const text = `${gateway.handle} is gone.${where}`;
    await tell(work, {
      id: 'farewell',
      activity: { type: 'progress', message: text },
      message: { text, intent: 'chat' },
    });
    if (gateway.taskId !== undefined) await deps.hub.closeTask(gateway.taskId);
    // From here on nothing is ever said of it again.
    await tell(work, { id: 'gone', status: 'deprovisioned' });
    if (gateway.status !== 'removed') {
      const change = {
        action: 'finish',
        facts: { wanted: 'down', serviceName: null },
        runId,
        now: deps.clock(),
      } as const;
      taken(await deps.store.move(gateway.principalId, change));
    }
    return text;
  },
};
