/**
 * Undo: everything that was armed, newest start first; each undo is a step of its own (`undo/<key>`), one that fails is recorded and the
 * rest go on. What is already recorded as undone is passed over, so undoing survives a crash like everything else.
 */

import { undoneBy, undoScope, type ErrorRecord } from '@perdure/contract';
import { authorError } from './author-error.ts';
import type { DriveSession, Undo } from './drive-session.ts';
import type { StepRecord } from './ports.ts';
import { startedStep } from './step-start.ts';
import { writeDone, writeFailed } from './step-writes.ts';

/** Steps whose undo is armed and not yet through, newest start first. */
export function armedSteps(session: DriveSession): readonly StepRecord[] {
  return [...session.record.values()]
    .filter((step) => step.undoable && !isUndone(session, step.key))
    .toSorted((a, b) => b.seq - a.seq);
}

function isUndone(session: DriveSession, key: string): boolean {
  const undo = session.record.get(undoKey(key));
  return undo !== undefined && undo.status !== 'started';
}

function undoKey(key: string): string {
  return `${undoScope}/${key}`;
}

/** How often an undo is tried, and what is waited between, in milliseconds. */
const pauses = [500, 2_000];

export async function undoAll(session: DriveSession): Promise<void> {
  for (const step of armedSteps(session)) await undoOne(session, step);
}

/** What could not be taken back: keys, and why. */
export function failedUndos(session: DriveSession): readonly { readonly key: string; readonly why: string }[] {
  return [...session.record.values()].flatMap(({ status, key, error }) => {
    const undone = status === 'failed' ? undoneBy(key) : undefined;
    return undone === undefined ? [] : [{ key: undone, why: error?.message ?? 'no reason was recorded' }];
  });
}

async function undoOne(session: DriveSession, step: StepRecord): Promise<void> {
  const record = { ...startedStep(session, { key: undoKey(step.key), kind: 'undo', detail: null }), resultBlob: null };
  const failure = await attempts(session, step);
  await (failure === undefined
    ? writeDone(session, record, { result: undefined })
    : writeFailed(session, record, failure));
}

/** Whatever failed for a moment must not leave an effect behind. */
async function attempts(session: DriveSession, step: StepRecord): Promise<ErrorRecord | undefined> {
  const undo = session.undos.get(step.key);
  if (undo === undefined) {
    return {
      code: 'step_failed',
      message: `The code no longer defines an undo for "${step.key}"; take its effect back by hand.`,
    };
  }
  const result = step.status === 'done' ? await session.readResult(step) : undefined;
  for (let attempt = 1; ; attempt += 1) {
    const failure = await tryOnce({ session, step, undo, result, attempt });
    const pause = pauses[attempt - 1];
    if (failure === undefined || pause === undefined) return failure;
    await new Promise<void>((resolve) => session.clock.after(pause, resolve));
  }
}

interface Try {
  readonly session: DriveSession;
  readonly step: StepRecord;
  readonly undo: Undo;
  readonly result: unknown;
  readonly attempt: number;
}

async function tryOnce({ session, step, undo, result, attempt }: Try): Promise<ErrorRecord | undefined> {
  const effectKey = `${session.run.id}/${step.key}`;
  const idempotencyKey = `${session.run.id}/${undoKey(step.key)}`;
  // The run's own signal may be aborted by the very cancel that led here.
  const { signal } = new AbortController();
  try {
    await undo(result as never, { attempt, effectKey, idempotencyKey, signal });
    return undefined;
  } catch (error) {
    return authorError(error, 'step_failed');
  }
}
