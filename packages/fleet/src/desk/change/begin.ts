/** Says what is to be changed. Its undo is the last of all, and says what became of it. */

import { taken } from '../taken.ts';
import type { Step, StepWork } from '../ports.ts';
import { tell, whyFailed, withLines } from '../telling.ts';
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
    const isBack = await isAsBefore(work);
    const text = said(work.gateway, isBack);
    const gateway = await putBack(work, text);
    const stays = gateway.wanted === 'up' ? 'online' : 'stopped';
    await tell(
      { ...work, gateway },
      {
        id: 'failed',
        status: isBack ? stays : 'error',
        activity: { type: 'blocker', message: withLines(text, gateway.failure?.lastLines) },
        message: { text, intent: 'error' },
      },
    );
    return text;
  },
};

/** What takes the other steps back may have failed itself. */
async function isAsBefore(work: StepWork): Promise<boolean> {
  const { gateway, manager, spec } = work;
  const wanted = Object.entries(changeIn(work).before);
  const isRecorded = wanted.every(
    ([name, value]) => JSON.stringify(gateway[name as keyof typeof gateway]) === JSON.stringify(value),
  );
  if (!isRecorded || gateway.wanted === 'down' || gateway.serviceName === undefined) return isRecorded;
  return (await manager.state(spec)).kind === 'running';
}

function said(gateway: StepWork['gateway'], isBack: boolean): string {
  const why = whyFailed(gateway, 'The change');
  if (isBack) return `${why} It is as it was.`;
  const was = gateway.archive === undefined ? '' : ` What it was lies in ${gateway.archive}.`;
  return `${why} Not all of it could be put back, as its run tells.${was}`;
}

/** A run that is cancelled in its last moment takes back what was kept already. */
async function putBack({ deps, gateway, runId, note }: StepWork, problem: string): Promise<StepWork['gateway']> {
  if (gateway.status !== 'changing') return await note({ problem });
  const change = { action: 'put_back', facts: { problem }, runId, now: deps.clock() } as const;
  return taken(await deps.store.move(gateway.principalId, change));
}
