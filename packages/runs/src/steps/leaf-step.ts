/**
 * A step that does work of its own: passed over if recorded, else attempted until it is done or has failed for good.
 */

import type { StepFacts } from '@perdure/contract';
import { authorError } from '../record/author-error.ts';
import { never } from '../session/in-flight.ts';
import { inputHash } from '../record/input-hash.ts';
import type { FinishedStep, StartedStep, StepRecord } from '../record/record.ts';
import type { Scope } from './scope.ts';
import { failureOfWork } from '../record/step-failure.ts';
import type { LeafKind, LeafStep } from './step-port.ts';
import { newStep, writeDone, writeFailed, writeRetry, writeStart } from './step-writes.ts';

export async function perform<T>(scope: Scope, step: LeafStep<T>): Promise<T> {
  const { meter, clock, inFlight } = scope.session;
  const guard = step.kind === 'turn' ? () => meter.problem(clock.now()) : undefined;
  const entry = scope.enter({ ...step, guard });
  if (entry.kind === 'blocked') return await never();
  const finished =
    entry.kind === 'finished' ? entry.step : await inFlight.run(() => work(scope, step as LeafStep<unknown>, entry));
  return (await scope.outcomeOf(finished)) as T;
}

type LeafEntry = { readonly kind: 'begun'; readonly step: StartedStep<LeafKind> } | { readonly kind: 'new' };

/** Attempts, each recorded before the next, until the record holds an end. */
async function work(scope: Scope, step: LeafStep<unknown>, entry: LeafEntry): Promise<FinishedStep> {
  const { session, runId } = scope;
  const { gate, inFlight } = session;
  let current: StepRecord = entry.kind === 'begun' ? entry.step : await begin(scope, step);
  while (current.status === 'started') {
    const started = current as StartedStep<LeafKind>;
    const { key, attempt } = started;
    const end = await inFlight.settle(() =>
      step.work({ attempt, idempotencyKey: `${runId}/${key}`, signal: gate.signal }),
    );
    if (end.kind === 'done') {
      const { result, detail, usage, consumedOrders = [] } = end.value;
      return await writeDone(session, started, { result, facts: detail, usage }, { consumedOrders });
    }
    const delayMs = step.retry?.(end.error, attempt - attemptsBefore(started));
    if (delayMs === undefined) return await writeFailed(session, started, failureOfWork(end.error, key));
    current = await writeRetry(session, started, { error: authorError(end.error, 'step_failed'), delayMs });
    await inFlight.delay(delayMs);
  }
  return current;
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
