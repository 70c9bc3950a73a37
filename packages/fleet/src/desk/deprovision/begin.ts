/**
 * Says that it begins. Its undo is the last of all: the agent stays while its home does; after that there is no way
 * back, and what is left is told.
 */

import { stateOfHome } from '../../home/index.ts';
import { taken } from '../taken.ts';
import type { Step, StepWork } from '../ports.ts';
import { tell, whatFailed, withLines } from '../telling.ts';

export const begin: Step = {
  async do(work) {
    const { gateway, note } = work;
    // An archive of an earlier try is not what lies there now. Where nothing does, it is all there is.
    const isThere = stateOfHome(gateway) !== 'absent';
    await note({ failure: null, problem: null, ...(isThere && { archive: null, restoredFrom: null }) });
    const message = `${gateway.handle} is being taken away: run ${work.runId}.`;
    await tell(work, { id: 'begin', activity: { type: 'progress', message } });
    return message;
  },
  async undo(work) {
    if (work.gateway.status === 'removed') return `${work.gateway.handle} is gone: there is nothing to take back`;
    const isThere = stateOfHome(work.gateway) !== 'absent';
    const gateway = await settle(work, isThere);
    const text = `${whatFailed(gateway, 'Deprovisioning')} ${isThere ? 'It stays as it was.' : 'Its home is gone: remove it again to end what is left.'}`;
    const stays = gateway.wanted === 'up' ? 'online' : 'stopped';
    await tell(
      { ...work, gateway },
      {
        id: 'failed',
        status: isThere ? stays : 'error',
        activity: { type: 'blocker', message: withLines(text, gateway.failure?.lastLines) },
        message: { text, intent: 'error' },
      },
    );
    return text;
  },
};

async function settle({ deps, gateway, runId }: StepWork, isThere: boolean): Promise<StepWork['gateway']> {
  if (gateway.status !== 'removing') return gateway;
  const facts = { problem: whatFailed(gateway, 'Deprovisioning') };
  const action = isThere ? 'fail' : 'give_up';
  return taken(await deps.store.move(gateway.principalId, { action, facts, runId, now: deps.clock() }));
}
