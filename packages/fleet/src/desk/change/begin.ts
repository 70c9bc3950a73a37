/** Says what is to be changed. Its undo is the last of all, and says what became of it. */

import { taken } from '../taken.ts';
import type { Step, StepWork } from '../ports.ts';
import { tell, whatFailed, withLines } from '../telling.ts';
import { changeIn, kinds } from './kinds.ts';

export const begin: Step = {
  async do(work) {
    const { gateway, note } = work;
    const change = changeIn(work);
    // An archive of an earlier run is not what lies there now.
    await note({ failure: null, problem: null, archive: null });
    const message = `${gateway.handle} gets ${kinds[change.kind].words(change)}: run ${work.runId}.`;
    await tell(work, { id: 'begin', activity: { type: 'progress', message } });
    return message;
  },
  async undo(work) {
    const gateway = await putBack(work);
    const text = said(gateway);
    await tell(
      { ...work, gateway },
      {
        id: 'failed',
        status: gateway.wanted === 'up' ? 'online' : 'stopped',
        activity: { type: 'blocker', message: withLines(text, gateway.failure?.lastLines) },
        message: { text, intent: 'error' },
      },
    );
    return text;
  },
};

const said = (gateway: StepWork['gateway']): string => `${whatFailed(gateway, 'The change')} It is as it was.`;

/** A run that is cancelled in its last moment takes back what was kept already. */
async function putBack({ deps, gateway, runId, note }: StepWork): Promise<StepWork['gateway']> {
  if (gateway.status !== 'changing') return await note({ problem: said(gateway) });
  const change = { action: 'put_back', facts: { problem: said(gateway) }, runId, now: deps.clock() } as const;
  return taken(await deps.store.move(gateway.principalId, change));
}
