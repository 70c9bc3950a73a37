/** A child run: born in the commit that records its start, woken after it, waited for parked. */

import { isFinished as isRunFinished, PerdureError, type Json } from '@perdure/contract';
import { never, type DriveSession, type Undo } from './drive-session.ts';
import { jsonText } from './json-text.ts';
import { startedStep } from './step-start.ts';
import type { StepRecord } from './ports.ts';
import type { SessionScope } from './step-scope.ts';
import { errorOfStep, inputHash, writeDone, writeFailed } from './step-writes.ts';

export interface ChildRunRequest {
  readonly key: string;
  readonly pipeline: string;
  readonly input: unknown;
  readonly undo?: unknown;
}

export interface ChildRunDeps {
  readonly wakeRun: (runId: string) => Promise<void>;
  readonly newId: () => string;
}

export async function childRun(scope: SessionScope, request: ChildRunRequest, deps: ChildRunDeps): Promise<Json> {
  const { session } = scope;
  const key = scope.keyOf(request.key);
  const input = jsonText(request.input ?? null);
  // What began before it was refused goes on as it began.
  if (input.kind === 'not_json' && !session.record.has(key)) {
    const message = `ctx.run("${request.key}"): the input is not JSON (${input.why}); give plain data, then resume the run.`;
    session.stopForAttention(new PerdureError('invalid_input', message));
    return await never();
  }
  const asked = { kind: 'run', input: { pipeline: request.pipeline, input: request.input } } as const;
  const found = scope.enter(request.key, asked);
  if (request.undo !== undefined) session.undos.set(key, request.undo as Undo);
  const isFinished = found !== undefined && found !== 'blocked' && found.status !== 'started';
  if (found === 'blocked' || (!isFinished && !session.mayBegin)) return await never();
  let current =
    found ??
    (await session.inFlight(() =>
      start(session, { ...request, key, asked, input: input.kind === 'json' ? input.text : 'null' }, deps),
    ));
  while (current.status === 'started') {
    const step = current;
    const ended = await session.inFlight(() => recordEnd(session, step, deps));
    if (ended === undefined) await session.park(key, { kind: 'child', wakeAt: null });
    else current = ended;
  }
  if (current.status === 'failed')
    throw errorOfStep(current.error ?? { code: 'run_failed', message: 'The child run failed.' }, key);
  return (await session.resultOf(current)) as Json;
}

async function start(
  session: DriveSession,
  request: ChildRunRequest & { readonly asked: { readonly input: unknown }; readonly input: string },
  deps: ChildRunDeps,
): Promise<StepRecord> {
  const childId = deps.newId();
  const { key, pipeline } = request;
  return await session.writeStep(
    startedStep(session, {
      key,
      kind: 'run',
      inputHash: inputHash(request.asked.input),
      detail: { run: childId, pipeline },
      undoable: request.undo !== undefined,
    }),
    { type: 'step.started', data: { key, kind: 'run', run: childId, pipeline } },
    {
      childRun: {
        id: childId,
        pipeline,
        input: request.input,
        // Each counts for itself: a budget bounds every run below as it bounds this one.
        ...(session.run.budget !== null && { budget: session.run.budget }),
        parent: { runId: session.run.id, stepKey: key },
      },
    },
  );
}

/** Records how the child ended; undefined while it has not. A child that nobody has driven yet is woken (again: wakes are idempotent). */
async function recordEnd(session: DriveSession, step: StepRecord, deps: ChildRunDeps): Promise<StepRecord | undefined> {
  const childId = childOf(step);
  const outcome = await session.read(() => session.journal.readOutcome(childId));
  if (outcome === undefined) {
    return await writeFailed(session, step, {
      code: 'not_found',
      message: `The child run ${childId} is gone from the record.`,
    });
  }
  if (!isRunFinished(outcome.status)) {
    if (outcome.status === 'queued') await session.read(() => deps.wakeRun(childId));
    return undefined;
  }
  if (outcome.status === 'completed') {
    return await writeDone(session, step, {
      result: outcome.output === null ? undefined : (JSON.parse(outcome.output) as Json),
    });
  }
  const cause = outcome.error ?? { code: 'run_cancelled' as const, message: `The child run ${childId} was cancelled.` };
  return await writeFailed(session, step, {
    ...cause,
    details: { ...cause.details, childRun: childId, stepKey: step.key },
  });
}

/** The id of the run that a step of kind `run` started. */
export function childOf(step: StepRecord): string {
  const id = step.detail?.['run'];
  if (typeof id !== 'string') {
    throw new PerdureError(
      'internal',
      `Step "${step.key}" is recorded as a child run without its id; the record is damaged.`,
    );
  }
  return id;
}
