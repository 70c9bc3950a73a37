/**
 * Durable time: a sleeping run holds no timer of this process (P3), only its line in the record and one in the engine.
 */

import { PerdureError } from '@perdure/contract';
import { never } from '../session/in-flight.ts';
import type { StartedStep, StepOf } from '../record/record.ts';
import type { Scope } from './scope.ts';
import { newStep, writeDone, writeStart } from './step-writes.ts';

/** Ten years: what is longer is a mistake in units. */
const longestMs = 10 * 365 * 24 * 3_600_000;

export async function sleep(scope: Scope, key: string, ms: number): Promise<void> {
  const { session } = scope;
  const { gate, clock, inFlight, parking } = session;
  if (!Number.isFinite(ms) || ms < 0 || ms > longestMs) {
    gate.stopForAttention(
      new PerdureError(
        'invalid_input',
        `ctx.sleep("${key}", ${ms}) cannot be slept: give 0 to ${longestMs} milliseconds, then resume the run.`,
      ),
    );
    return await never();
  }
  const entry = scope.enter({ key, kind: 'sleep' });
  if (entry.kind === 'blocked') return await never();
  if (entry.kind === 'finished') return;
  const started = await inFlight.run(() =>
    entry.kind === 'begun' ? sleepOn(scope, entry.step) : fallAsleep(scope, key, ms),
  );
  if (started.status !== 'started') return;
  if (started.detail.wakeAt > clock.now())
    await parking.park(started.key, { kind: 'timer', wakeAt: started.detail.wakeAt });
  await inFlight.run(() => writeDone(session, started, { result: undefined }));
}

async function fallAsleep(scope: Scope, key: string, ms: number): Promise<StepOf<'sleep'>> {
  const { session } = scope;
  const facts = { kind: 'sleep', detail: { wakeAt: session.clock.now() + ms, ms } } as const;
  return await writeStart(session, newStep(session, facts, { key: scope.keyOf(key) }));
}

/**
 * A sleep never lasts longer than its length from whatever moment: where it would, the clock was set back, and what has
 * been slept is not known any more.
 */
async function sleepOn({ session }: Scope, step: StartedStep<'sleep'>): Promise<StepOf<'sleep'>> {
  const { wakeAt, ms = wakeAt - step.startedAt } = step.detail;
  const longest = session.clock.now() + ms;
  if (wakeAt <= longest) return step;
  return (await session.record.write({ ...step, detail: { wakeAt: longest, ms } })) as StepOf<'sleep'>;
}
