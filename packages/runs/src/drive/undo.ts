/**
 * Undo: everything that was armed, newest start first; each undo is a step of its own (`undo/<key>`), one that fails is
 * recorded and the rest go on. What is already recorded as undone is passed over, so undoing survives a crash like
 * everything else.
 */

import { undoneBy, type ErrorRecord } from '@perdure/contract';
import { authorError } from '../record/author-error.ts';
import type { DriveSession } from '../session/drive-session.ts';
import type { StartedStep, StepRecord } from '../record/record.ts';
import type { RunRecord, Undo } from '../session/run-record.ts';
import { undoKey } from '../session/undo-key.ts';
import { newStep, writeDone, writeFailed, writeRetry } from '../steps/step-writes.ts';

/** Steps whose undo is armed and not yet through, newest start first. */
export function armedSteps(record: RunRecord): readonly StepRecord[] {
  return record.steps.filter((step) => step.undoable && !isUndone(record, step.key)).toSorted((a, b) => b.seq - a.seq);
}

function isUndone(record: RunRecord, key: string): boolean {
  const undo = record.find(undoKey(key));
  return undo !== undefined && undo.status !== 'started';
}

/** Milliseconds between the attempts of an undo: whatever failed for a moment must not leave an effect behind. */
const pauses = [500, 2_000];

export async function undoAll(session: DriveSession): Promise<void> {
  for (const step of armedSteps(session.record)) await undoOne(session, step);
}

/** What could not be taken back: keys, and why. */
export function failedUndos(record: RunRecord): readonly { readonly key: string; readonly why: string }[] {
  return record.steps.flatMap((step) => {
    const key = undoneBy(step.key);
    return key === undefined || step.status !== 'failed' ? [] : [{ key, why: step.error.message }];
  });
}

async function undoOne(session: DriveSession, step: StepRecord): Promise<void> {
  const key = undoKey(step.key);
  const tried = session.record.find(key) as StartedStep<'undo'> | undefined;
  let current: StepRecord = tried ?? newStep(session, { kind: 'undo', detail: null }, { key });
  const material = await materialOf(session, step);
  while (current.status === 'started') {
    const begun = current as StartedStep<'undo'>;
    const error =
      'problem' in material ? material.problem : await tryOnce({ session, step, ...material, attempt: begun.attempt });
    const delayMs = 'problem' in material ? undefined : pauses[begun.attempt - 1];
    if (error === undefined) current = await writeDone(session, begun, { result: undefined });
    else if (delayMs === undefined) current = await writeFailed(session, begun, { key, error });
    else {
      await new Promise<void>((resolve) => session.clock.after(delayMs, resolve));
      // After the pause: a drive that lost its run meanwhile is told so here, and tries nothing more.
      current = await writeRetry(session, begun, { error, delayMs: 0 });
    }
  }
}

type Material = { readonly undo: Undo; readonly result: unknown } | { readonly problem: ErrorRecord };

/** What is called, and with what; or why it cannot be. */
async function materialOf(session: DriveSession, step: StepRecord): Promise<Material> {
  const undo = session.record.undos.get(step.key);
  if (undo === undefined) {
    const message = `The code no longer defines an undo for "${step.key}"; take its effect back by hand.`;
    return { problem: { code: 'step_failed', message } };
  }
  const found = step.status === 'done' ? await session.record.intactResultOf(step) : undefined;
  if (found?.kind === 'damaged') {
    const message = `${found.error.message} Take the effect of "${step.key}" back by hand.`;
    return { problem: { code: 'storage_corrupt', message } };
  }
  return { undo, result: found?.value };
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
    await session.occupiedBy(`in the undo of step "${step.key}"`, () =>
      undo(result as never, { attempt, effectKey, idempotencyKey, signal }),
    );
    return undefined;
  } catch (error) {
    return authorError(error, 'step_failed');
  }
}
