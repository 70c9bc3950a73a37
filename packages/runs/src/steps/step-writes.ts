/** How steps are written: begun, begun again, done, failed. Each returns what the record holds then (R3). */

import {
  compact,
  type ErrorRecord,
  type StepFacts,
  type StepFailure,
  type StepKind,
  type Usage,
} from '@perdure/contract';
import type { NewEvent, StepWrite } from '../record/commit.ts';
import type { DriveSession } from '../session/drive-session.ts';
import { jsonText } from '../record/json-text.ts';
import type { FactsOf, FinishedStep, RunWait, StartedStep, StepOf, StepRecord } from '../record/record.ts';
import type { CommitPart } from '../session/run-record.ts';

/** A step that begins now, next in the order of the run. */
export function newStep<K extends StepKind>(
  session: DriveSession,
  facts: StepFacts<K>,
  step: { readonly key: string; readonly inputHash?: string | null; readonly undoable?: boolean },
): StartedStep<K> {
  return {
    inputHash: null,
    undoable: false,
    ...step,
    ...facts,
    seq: session.record.takeSeq(),
    status: 'started',
    attempt: 1,
    startedAt: session.clock.now(),
  };
}

/** For kinds whose start has nothing to tell but that it was. */
export async function writeStart<K extends Exclude<StepKind, 'human' | 'delegate' | 'run' | 'tool'>>(
  session: DriveSession,
  step: StartedStep<K>,
): Promise<StepOf<K>> {
  const { key, kind } = step;
  const begun: StartedStep = step as StartedStep;
  const items = begun.kind === 'map' ? begun.detail?.items : undefined;
  const event = { type: 'step.started', data: { key, kind, ...compact({ items }) } } as NewEvent;
  // Of one key there is one kind (P5).
  return (await session.record.write(begun, event)) as StepOf<K>;
}

/** The next attempt, committed before it begins. */
export async function writeRetry(
  session: DriveSession,
  step: StartedStep,
  { error, delayMs }: { readonly error: ErrorRecord; readonly delayMs: number },
): Promise<StepRecord> {
  const { key, kind, attempt } = step;
  return await session.record.write(
    { ...step, attempt: attempt + 1, error },
    { type: 'step.retrying', data: { key, kind, attempt, error, delayMs: Math.round(delayMs) } },
  );
}

/**
 * The step waits, parked, for what is away. Where it was not asked itself, and is known to wait, nothing is written:
 * however often it looks, nothing has happened to it.
 */
export async function writeAway(
  session: DriveSession,
  step: StartedStep,
  away: { readonly error: ErrorRecord; readonly wait: RunWait; readonly isAttempt: boolean },
): Promise<StepRecord> {
  const { error, wait, isAttempt } = away;
  const { key, kind, attempt } = step;
  const now = session.clock.now();
  const isKnown = step.kind === 'turn' && step.detail.awaySince !== undefined;
  if (isKnown && !isAttempt) return step;
  // The quick attempts that may follow once it is back are counted anew.
  const detail = { awaySince: now, ...step.detail, ...(isAttempt && { attemptsBefore: attempt }) };
  const delayMs = Math.max(0, Math.round((wait.wakeAt ?? now) - now));
  return await session.record.write(
    { ...step, ...({ kind, detail } as StepFacts), attempt: attempt + (isAttempt ? 1 : 0), error },
    { type: 'step.retrying', data: { key, kind, attempt, error, delayMs } },
  );
}

/** The step waits for somebody who lets the run go on: its quick attempts are counted anew then. */
export async function writeStopped(session: DriveSession, step: StartedStep, error: ErrorRecord): Promise<StepRecord> {
  const { key, kind, attempt } = step;
  const detail = { ...step.detail, attemptsBefore: attempt };
  return await session.record.write(
    { ...step, ...({ kind, detail } as StepFacts), attempt: attempt + 1, error },
    { type: 'step.retrying', data: { key, kind, attempt, error } },
  );
}

/** What the work of a step gave. */
export interface StepOutcome<K extends StepKind = StepKind> {
  readonly result: unknown;
  /** Facts that its end adds to those of its start. */
  readonly facts?: Partial<FactsOf<K>> | undefined;
  readonly usage?: Usage | undefined;
}

const nothing = { kind: 'json', text: null } as const;

/** A step as it is written, and the event that tells of it. */
export type StepEnd = readonly [step: Extract<StepWrite, { status: 'done' | 'failed' }>, event: NewEvent];

export function doneStep<K extends StepKind>(
  session: DriveSession,
  step: StartedStep<K>,
  outcome: StepOutcome<K>,
): StepEnd {
  const { key, kind, startedAt } = step;
  const { result, usage } = outcome;
  // Nothing at all is a result too: its text is null.
  const json = result === undefined ? nothing : jsonText(result);
  if (json.kind === 'not_json') {
    const message = `The result of step "${key}" is not JSON (${json.why}); return plain data.`;
    return failedStep(session, step as StartedStep, { key, error: { code: 'step_failed', message } });
  }
  const endedAt = session.clock.now();
  const counted = usage === undefined ? {} : { usage };
  const detail = { ...step.detail, ...outcome.facts, ...counted };
  const facts = { kind, detail: Object.keys(detail).length === 0 ? null : detail } as unknown as StepFacts;
  return [
    { ...(step as StartedStep), ...facts, status: 'done', result: json.text, endedAt, ...counted },
    // The clock may have been set back meanwhile.
    { type: 'step.done', data: { key, kind, ms: Math.max(0, endedAt - startedAt), ...counted } },
  ];
}

export function failedStep(session: DriveSession, step: StartedStep, failure: StepFailure): StepEnd {
  const { key, kind } = step;
  const { key: culprit, error } = failure;
  return [
    { ...step, status: 'failed', error, culprit, endedAt: session.clock.now() },
    { type: 'step.failed', data: { key, kind, error } },
  ];
}

export async function writeDone<K extends StepKind>(
  session: DriveSession,
  step: StartedStep<K>,
  outcome: StepOutcome<K>,
  part: Pick<CommitPart, 'consumedOrders'> = {},
): Promise<FinishedStep> {
  return await session.record.write(...doneStep(session, step, outcome), part);
}

export async function writeFailed(
  session: DriveSession,
  step: StartedStep,
  failure: StepFailure,
): Promise<FinishedStep> {
  return await session.record.write(...failedStep(session, step, failure));
}
