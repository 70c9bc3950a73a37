/**
 * Undo: everything that was armed, newest start first; each undo is a step of its own (`undo/<key>`), one that fails is recorded and the
 * rest go on. What is already recorded as undone is passed over, so undoing survives a crash like everything else.
 */

import type { ErrorRecord } from '@perdure/contract';
import { authorError } from './author-error.ts';
import { undoScope } from './claimed-keys.ts';
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

export async function undoAll(session: DriveSession): Promise<void> {
  for (const step of armedSteps(session)) await undoOne(session, step);
}

async function undoOne(session: DriveSession, step: StepRecord): Promise<void> {
  const key = undoKey(step.key);
  const record = { ...startedStep(session, { key, kind: 'undo', detail: null }), resultBlob: null };
  const failure = await attempt(session, step, { key, undo: session.undos.get(step.key) });
  await (failure === undefined
    ? writeDone(session, record, { result: undefined })
    : writeFailed(session, record, failure));
}

async function attempt(
  session: DriveSession,
  step: StepRecord,
  options: { readonly key: string; readonly undo: Undo | undefined },
): Promise<ErrorRecord | undefined> {
  const { key, undo } = options;
  if (undo === undefined) {
    return {
      code: 'step_failed',
      message: `The code no longer defines an undo for "${step.key}"; take its effect back by hand.`,
    };
  }
  const result = step.status === 'done' ? await session.readResult(step) : undefined;
  try {
    // The run's own signal may be aborted by the very cancel that led here.
    const { signal } = new AbortController();
    await undo(result as never, { attempt: 1, idempotencyKey: `${session.run.id}/${key}`, signal });
    return undefined;
  } catch (error) {
    return authorError(error, 'step_failed');
  }
}
