/** A child run: born in the commit that records its start, woken after it, waited for parked. */

import { isFinished as isRunFinished, PerdureError, type ErrorRecord, type Json } from '@perdure/contract';
import type { NewEvent } from '../record/commit.ts';
import { never } from '../session/in-flight.ts';
import { inputHash } from '../record/input-hash.ts';
import { jsonText } from '../record/json-text.ts';
import type { FinishedStep, StartedStep, StepRecord } from '../record/record.ts';
import type { Undo } from '../session/run-record.ts';
import type { Scope } from './scope.ts';
import { newStep, writeDone, writeFailed } from './step-writes.ts';

export interface ChildRunRequest {
  readonly key: string;
  readonly pipeline: string;
  readonly input: unknown;
  readonly undo?: Undo | undefined;
}

export interface ChildRunDeps {
  readonly wakeRun: (runId: string) => Promise<void>;
  readonly newId: () => string;
}

export async function childRun(scope: Scope, request: ChildRunRequest, deps: ChildRunDeps): Promise<Json> {
  const { gate, record, inFlight, parking } = scope.session;
  const input = jsonText(request.input ?? null);
  // What began before it was refused goes on as it began.
  if (input.kind === 'not_json' && record.find(scope.keyOf(request.key)) === undefined) {
    const message = `ctx.run("${request.key}"): the input is not JSON (${input.why}); give plain data, then resume the run.`;
    gate.stopForAttention(new PerdureError('invalid_input', message));
    return await never();
  }
  const { key, pipeline, undo } = request;
  const asked = { pipeline, input: request.input };
  const entry = scope.enter({ key, kind: 'run', input: asked, undo });
  if (entry.kind === 'blocked') return await never();
  const text = input.kind === 'json' ? input.text : 'null';
  let current: StepRecord =
    entry.kind === 'new' ? await inFlight.run(() => start(scope, request, { asked, text, deps })) : entry.step;
  while (current.status === 'started') {
    const child = current as StartedStep<'run'>;
    const ended = await inFlight.run(() => recordEnd(scope, child, deps));
    if (ended === undefined) await parking.park(child.key, { kind: 'child', wakeAt: null });
    else current = ended;
  }
  return (await scope.outcomeOf(current)) as Json;
}

interface ChildStart {
  /** What is hashed. */
  readonly asked: unknown;
  /** The input of the child, as JSON text. */
  readonly text: string;
  readonly deps: ChildRunDeps;
}

async function start(scope: Scope, request: ChildRunRequest, { asked, text, deps }: ChildStart): Promise<StepRecord> {
  const { session } = scope;
  const { id: runId, budget } = session.run;
  const key = scope.keyOf(request.key);
  const { pipeline } = request;
  const child = deps.newId();
  const step = newStep(
    session,
    { kind: 'run', detail: { run: child, pipeline } },
    { key, inputHash: inputHash(asked), undoable: request.undo !== undefined },
  );
  const event: NewEvent = { type: 'step.started', data: { key, kind: 'run', run: child, pipeline } };
  // Each counts for itself: a budget bounds every run below as it bounds this one.
  const own = budget === null ? {} : { budget };
  const childRun = { id: child, pipeline, input: text, ...own, parent: { runId, stepKey: key } };
  return await session.record.write(step, event, { childRun });
}

/**
 * Records how the child ended; undefined while it has not. A child that nobody has driven yet is woken (again: wakes
 * are idempotent).
 */
async function recordEnd(
  { session }: Scope,
  step: StartedStep<'run'>,
  deps: ChildRunDeps,
): Promise<FinishedStep | undefined> {
  const { key, detail } = step;
  const outcome = await session.record.read((journal) => journal.readOutcome(detail.run));
  if (outcome === undefined) {
    const message = `The child run ${detail.run} is gone from the record.`;
    return await writeFailed(session, step, { key, error: { code: 'not_found', message } });
  }
  if (!isRunFinished(outcome.status)) {
    if (outcome.status === 'queued') await session.record.read(() => deps.wakeRun(detail.run));
    return undefined;
  }
  if (outcome.status === 'completed') {
    const result = outcome.output === null ? undefined : (JSON.parse(outcome.output) as Json);
    return await writeDone(session, step, { result });
  }
  const message = `The child run ${detail.run} was cancelled.`;
  const cause: ErrorRecord = outcome.error ?? { code: 'run_cancelled', message };
  const error = { ...cause, details: { ...cause.details, childRun: detail.run, stepKey: key } };
  return await writeFailed(session, step, { key, error });
}
