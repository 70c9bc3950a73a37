/** How steps are written: begun, begun again, done, failed. Each returns what the record holds then (R3). */

import { createHash } from 'node:crypto';
import { canonicalJson, PerdureError, type ErrorRecord } from '@perdure/contract';
import { authorError } from './author-error.ts';
import type { DriveSession } from './drive-session.ts';
import { jsonText } from './json-text.ts';
import { startedStep } from './step-start.ts';
import type { CompositeStep, LeafResult, LeafStep, RunCommit, StepRecord, StepWrite } from './ports.ts';

export function inputHash(input: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(input) ?? 'undefined')
    .digest('hex');
}

/** The error of a failed step, as the pipeline sees it: the same on the first pass and on every later one. */
export function errorOfStep(record: ErrorRecord, stepKey: string): PerdureError {
  return new PerdureError(record.code, record.message, { details: { stepKey, ...record.details } });
}

export function newStep(
  session: DriveSession,
  step: LeafStep<never> | CompositeStep | LeafStep<unknown>,
  options: { readonly key: string; readonly undoable: boolean },
): StepRecord {
  const started = startedStep(session, {
    key: options.key,
    kind: step.kind,
    inputHash: step.input === undefined ? null : inputHash(step.input),
    detail: step.startDetail ?? null,
    undoable: options.undoable,
  });
  return { ...started, resultBlob: null };
}

export async function writeStart(
  session: DriveSession,
  step: Parameters<typeof newStep>[1],
  options: Parameters<typeof newStep>[2],
): Promise<StepRecord> {
  const started = newStep(session, step, options);
  return await session.writeStep(started, { type: 'step.started', data: { key: started.key, kind: started.kind } });
}

export async function writeRetry(
  session: DriveSession,
  step: StepRecord,
  failure: { readonly error: unknown; readonly delayMs: number },
): Promise<StepRecord> {
  const { key, kind, attempt } = step;
  const error = authorError(failure.error, 'step_failed');
  return await session.writeStep(
    { ...step, attempt: attempt + 1, error },
    { type: 'step.retrying', data: { key, kind, attempt, error, delayMs: Math.round(failure.delayMs) } },
  );
}

const nothing = { kind: 'json', text: null } as const;

export async function writeDone(
  session: DriveSession,
  step: StepRecord,
  outcome: LeafResult<unknown>,
  part: Pick<RunCommit, 'unlessAnswered'> = {},
): Promise<StepRecord> {
  const endedAt = session.clock.now();
  // Nothing at all is a result too: its text is null.
  const result = outcome.result === undefined ? nothing : jsonText(outcome.result);
  if (result.kind === 'not_json') {
    return await writeFailed(session, step, {
      code: 'step_failed',
      message: `The result of step "${step.key}" is not JSON (${result.why}); return plain data.`,
    });
  }
  const usage = outcome.usage === undefined ? {} : { usage: outcome.usage };
  const facts = { ...step.detail, ...outcome.detail, ...usage };
  const detail = Object.keys(facts).length === 0 ? null : facts;
  const write: StepWrite = { ...step, status: 'done', result: result.text, error: null, detail, endedAt, ...usage };
  return await session.writeStep(
    write,
    { type: 'step.done', data: { key: step.key, kind: step.kind, ms: endedAt - step.startedAt, ...usage } },
    { ...part, ...(outcome.consumedOrders && { consumedOrders: outcome.consumedOrders }) },
  );
}

export async function writeFailed(
  session: DriveSession,
  step: StepRecord,
  error: ErrorRecord,
  part: Pick<RunCommit, 'unlessAnswered'> = {},
): Promise<StepRecord> {
  return await session.writeStep(
    { ...step, status: 'failed', error, endedAt: session.clock.now() },
    { type: 'step.failed', data: { key: step.key, kind: step.kind, error } },
    part,
  );
}
