/**
 * A step that does work of its own: passed over if recorded, else attempted until it is done or has failed for good. In
 * between it may park, where what it needs is away.
 */

import { PerdureError, toErrorRecord, type StepFacts } from '@perdure/contract';
import { authorError } from '../record/author-error.ts';
import type { DriveSession } from '../session/drive-session.ts';
import { abandoned, never } from '../session/in-flight.ts';
import { inputHash } from '../record/input-hash.ts';
import type { FinishedStep, RunWait, StartedStep, StepRecord } from '../record/record.ts';
import { shownWhileItLasts } from './late-start.ts';
import type { Scope } from './scope.ts';
import { failureOfWork } from '../record/step-failure.ts';
import type { FailurePlan, LeafKind, LeafStep } from './step-port.ts';
import { newStep, writeAway, writeDone, writeFailed, writeRetry, writeStart, writeStopped } from './step-writes.ts';

export async function perform<T>(scope: Scope, step: LeafStep<T>): Promise<T> {
  const { meter, inFlight, parking } = scope.session;
  const guard = step.kind === 'turn' ? () => meter.problem() : undefined;
  const entry = scope.enter({ ...step, guard });
  if (entry.kind === 'blocked') return await never();
  if (entry.kind === 'finished') return (await scope.outcomeOf(entry.step)) as T;
  let next: LeafEntry = entry;
  for (;;) {
    const begun = next;
    const end = await inFlight.run(() => work(scope, step as LeafStep<unknown>, begun));
    if (end.kind === 'finished') return (await scope.outcomeOf(end.step)) as T;
    await parking.park(end.step.key, end.wait);
    next = { kind: 'begun', step: end.step };
  }
}

type LeafEntry = { readonly kind: 'begun'; readonly step: StartedStep<LeafKind> } | { readonly kind: 'new' };

type WorkEnd =
  | { readonly kind: 'finished'; readonly step: FinishedStep }
  | { readonly kind: 'away'; readonly step: StartedStep<LeafKind>; readonly wait: RunWait };

/** Attempts, each recorded before the next, until the record holds an end or there is nothing to do but wait. */
async function work(scope: Scope, step: LeafStep<unknown>, entry: LeafEntry): Promise<WorkEnd> {
  const { session, runId } = scope;
  const { gate, inFlight } = session;
  let current: StepRecord = entry.kind === 'begun' ? entry.step : await begin(scope, step);
  while (current.status === 'started') {
    const started = current as StartedStep<LeafKind>;
    const { key, attempt } = started;
    const attempted = () =>
      session.occupiedBy(`in step "${key}"`, () =>
        step.work({ attempt, idempotencyKey: `${runId}/${key}`, signal: gate.signal }),
      );
    const end = await shownWhileItLasts(session, started, () => inFlight.settle(attempted));
    if (end.kind === 'done') {
      const { result, detail, usage, consumedOrders = [], onRecorded } = end.value;
      const done = await writeDone(session, started, { result, facts: detail, usage }, { consumedOrders });
      if (onRecorded !== undefined) await inFlight.settle(onRecorded);
      return finished(done);
    }
    const plan = await planFor(scope, step, { started, error: end.error });
    if (plan.kind === 'final')
      return finished(await writeFailed(session, started, failureOfWork(plan.error ?? end.error, key)));
    if (plan.kind === 'stop') return await stop(session, started, plan.error);
    const error = authorError(end.error, 'step_failed');
    if (plan.kind === 'again') {
      current = await writeRetry(session, started, { error, delayMs: plan.delayMs });
      await inFlight.delay(plan.delayMs);
      continue;
    }
    current = await writeAway(session, started, { error, ...plan });
    if (current.status === 'started') return { kind: 'away', step: current as StartedStep<LeafKind>, wait: plan.wait };
  }
  return finished(current);
}

/** Stops the run with the step as it is: neither done nor failed, so that no code of the pipeline sees why. */
async function stop(session: DriveSession, started: StartedStep<LeafKind>, problem: PerdureError): Promise<never> {
  const { code, message, details } = problem;
  const error = new PerdureError(code, message, { details: { ...details, stepKey: started.key } });
  await writeStopped(session, started, toErrorRecord(error, 'internal'));
  // Where something else has stopped the drive, or nobody reads the outcome any more, the next drive finds out.
  if (session.gate.isOpen) session.gate.stopForAttention(error);
  throw abandoned;
}

const finished = (step: FinishedStep): WorkEnd => ({ kind: 'finished', step });

interface Failed {
  readonly started: StartedStep<LeafKind>;
  readonly error: unknown;
}

async function planFor(scope: Scope, step: LeafStep<unknown>, { started, error }: Failed): Promise<FailurePlan> {
  if (step.whenFailed === undefined) return { kind: 'final' };
  const { whenFailed } = step;
  const attempt = started.attempt - attemptsBefore(started);
  const awaySince = started.kind === 'turn' ? started.detail.awaySince : undefined;
  const asked = { error, attempt, ...(awaySince !== undefined && { awaySince }) };
  return await scope.session.record.read(async () => await whenFailed(asked));
}

/** What must be known before it acts is committed; the rest is recorded with its end. */
async function begin(scope: Scope, step: LeafStep<unknown>): Promise<StepRecord> {
  const { session } = scope;
  const { kind, input, startDetail: detail = null } = step;
  const begun = newStep(session, { kind, detail } as StepFacts<LeafKind>, {
    key: scope.keyOf(step.key),
    inputHash: input === undefined ? null : inputHash(input),
    undoable: step.undo !== undefined,
  });
  return detail === null && step.undo === undefined ? begun : await writeStart(session, begun);
}

/** Attempts that a person's `retry` has left behind: the policy counts from there. */
function attemptsBefore(step: StartedStep<LeafKind>): number {
  return (step.kind === 'step' || step.kind === 'turn' ? step.detail?.attemptsBefore : undefined) ?? 0;
}
