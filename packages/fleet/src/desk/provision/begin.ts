/** Says that it begins. Its undo is the last of all, and says what became of it. */

import { PerdureError } from '@perdure/contract';
import { stateOfHome } from '../../home/index.ts';
import { taken } from '../taken.ts';
import type { Step, StepWork } from '../ports.ts';
import { tell, whatFailed, withLines } from '../telling.ts';

export const begin: Step = {
  async do(work) {
    const { gateway } = work;
    if (gateway.service === 'dry') {
      throw new PerdureError(
        'invalid_input',
        'With a service that is only shown nothing would run; choose another one.',
      );
    }
    if (gateway.restoredFrom !== undefined) await work.deps.hub.welcomeBack(gateway.principalId);
    const message = `${workOf(gateway)} of ${gateway.handle} has begun: run ${work.runId}.`;
    await tell(work, { id: 'begin', status: 'provisioning', activity: { type: 'progress', message } });
    return `${gateway.handle} gets port ${gateway.port} and ${gateway.home}`;
  },
  async undo(work) {
    // Nothing can be said of one that is gone.
    if (work.gateway.restoredFrom !== undefined) await work.deps.hub.welcomeBack(work.gateway.principalId);
    const gateway = await fail(work);
    const text = said(gateway);
    await tell(
      { ...work, gateway },
      {
        id: 'failed',
        status: 'error',
        activity: { type: 'blocker', message: withLines(text, gateway.failure?.lastLines) },
        message: { text, intent: 'error' },
      },
    );
    return text;
  },
};

const workOf = ({ restoredFrom }: StepWork['gateway']): string =>
  restoredFrom === undefined ? 'Provisioning' : 'Restoring';

/** Also what could not be put away: nothing runs there, and a new try goes on with it. */
function said(gateway: StepWork['gateway']): string {
  const left = stateOfHome(gateway) === 'ours' ? ` ${gateway.home} is still there: it could not be put away.` : '';
  return `${whatFailed(gateway, workOf(gateway))}${left}`;
}

/** Unless that is written already. */
async function fail({ deps, gateway, runId }: StepWork): Promise<StepWork['gateway']> {
  if (gateway.status === 'failed') return gateway;
  const facts = { problem: said(gateway), wanted: 'down' } as const;
  const change = { action: 'fail', facts, runId, now: deps.clock() } as const;
  return taken(await deps.store.move(gateway.principalId, change));
}
