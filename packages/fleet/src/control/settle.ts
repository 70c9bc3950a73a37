/**
 * A run that has ended, and whose last undo could not write down that it had: nobody is at work on its gateway, and
 * nobody could begin anything. What it is then is what can be gone on from.
 */

import { messageOf } from '@perdure/contract';
import type { GatewayAction, GatewayRecord } from '../core/gateway.ts';
import type { GatewayFacts } from '../core/ports.ts';
import type { ControlDeps, FleetRun } from './ports.ts';

interface Settling {
  readonly action: GatewayAction;
  readonly facts: GatewayFacts;
  readonly next: string;
}

function settlingOf({ status, handle }: GatewayRecord): Settling | undefined {
  switch (status) {
    case 'provisioning': {
      const next = `\`perdure family provision ${handle}\` goes on with what is there, \`perdure family deprovision ${handle} --yes\` takes it away.`;
      return { action: 'fail', facts: { wanted: 'down' }, next };
    }
    case 'changing':
      return { action: 'put_back', facts: {}, next: `\`perdure family repair ${handle}\` tells what differs.` };
    case 'removing':
      // Its home may be there, with a gateway that runs: its place is not for others.
      return { action: 'fail', facts: {}, next: `\`perdure family deprovision ${handle} --yes\` goes on with it.` };
    default:
      return undefined;
  }
}

/** `run`: one that is over. False: there is nothing to settle, or somebody else was faster. */
export async function settle(deps: ControlDeps, principalId: string, run: FleetRun): Promise<boolean> {
  const { store, hub, log, clock } = deps;
  // As it is now, and not before it was known that the run is over: it may have ended well in between.
  const gateway = await store.get(principalId);
  const settling = gateway === undefined ? undefined : settlingOf(gateway);
  if (gateway?.runId === undefined || settling === undefined) return false;
  const { handle, runId } = gateway;
  const why = run.problem === undefined ? '' : ` (${run.problem})`;
  const problem = `The run ${runId} of ${handle} is ${run.status}, and not all of it could be taken back${why}: ${settling.next}`;
  const { action, facts } = settling;
  const moved = await store.move(principalId, { action, facts: { ...facts, problem }, runId, now: clock() });
  if (moved.kind === 'refused') return false;
  log(problem);
  await hub.setStatus(principalId, 'error').catch((error: unknown) => log(messageOf(error)));
  return true;
}
