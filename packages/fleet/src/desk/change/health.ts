/**
 * Waits until it is well, as one that is made. One that is to be down is not looked at; of one that somebody else set
 * up, and that has no channel to us yet, it is enough that it is ready.
 */

import { PerdureError } from '@perdure/contract';
import { mendsChannel } from '../../core/adopt/remedies.ts';
import { health as whole } from '../provision/health.ts';
import type { Step, StepWork } from '../ports.ts';

export const health: Step = {
  async do(work) {
    const { gateway } = work;
    if (gateway.wanted === 'down') return `${gateway.handle} is down, so how it would be is not known`;
    const { mends } = gateway.change ?? {};
    if (mends !== undefined && !mendsChannel(mends.findings)) return await isReady(work);
    const told = await whole.do(work);
    if (gateway.change?.kind === 'program') await isOfRelease(work);
    return told;
  },
};

/** @throws PerdureError where its service has started another release: that would be well too */
async function isOfRelease({ deps, gateway: { handle, port, program } }: StepWork): Promise<void> {
  const running = await deps.program(program).runningVersion(port);
  if (running === undefined || running === program.version) return;
  throw new PerdureError(
    'step_failed',
    `The gateway of ${handle} runs OpenClaw ${running} and not ${program.version}: its service starts another program; look at it with \`perdure family status ${handle}\`.`,
  );
}

/** @throws PerdureError where it does not come up */
async function isReady({ deps, gateway, manager, spec, patience, signal }: StepWork): Promise<string> {
  const until = deps.steady() + patience.readyMs;
  for (;;) {
    const before = await manager.state(spec);
    const readiness = await deps.program(gateway.program).readiness(gateway.port);
    const after = await manager.state(spec);
    const isSame = before.kind === 'running' && after.kind === 'running' && before.process.pid === after.process.pid;
    if (isSame && readiness === 'ready') return `${gateway.handle} is ready`;
    if (signal.aborted) throw new PerdureError('unavailable', 'The run waits for this step no more.');
    const isOver = after.kind === 'failed' && after.nextAt === undefined;
    if (isOver || deps.steady() >= until) {
      const told = `it is ${after.kind}, and ${readiness.replace('_', ' ')}`;
      throw new PerdureError('step_failed', `The gateway of ${gateway.handle} did not come up: ${told}.`);
    }
    await deps.pause(patience.lookMs, signal);
  }
}
