/**
 * What a retry of a failed run does again: as little as possible. Pure; the intake applies it in the transaction that
 * queues the run.
 *
 * - A step or model turn that failed is begun again, its attempts counted on.
 * - A composite that failed by itself is forgotten with all below it; one that failed because of a part is forgotten
 *   alone, so that the next drive comes to that part again. A child run is forgotten: another one is started. A tool
 *   call is forgotten with its approval.
 * - A review whose rounds were used up is judged once more: what was redone stands.
 * - An agent whose answers were no good answers again, but no tool call of its is repeated: turns behind its last call
 *   are forgotten.
 * - In a fan-out all failed items are done again, not only the one whose failure was thrown: in each the step that
 *   failed it, not one whose failure the pipeline has caught. An item that failed between its steps keeps them.
 * - Children that were cancelled only because their parent failed are started anew.
 */

import type { StepRecord } from '../record/record.ts';

export interface RetryPlan {
  readonly beginAgain: readonly string[];
  readonly forget: readonly string[];
}

export interface RetryCase {
  /** In the order in which they were begun. */
  readonly steps: readonly StepRecord[];
  /** Key of the step that failed the run; null where it failed between steps. */
  readonly failedKey: string | null;
  /** Whether a child run was ordered by its parent to cancel. */
  readonly wasCancelledByParent: (childRun: string) => boolean;
}

export function planRetry({ steps, failedKey, wasCancelledByParent }: RetryCase): RetryPlan {
  const beginAgain = new Set<string>();
  const forget = new Set<string>();
  const failed = steps.filter((step) => step.status === 'failed');

  const redo = (step: StepRecord): void => {
    if (step.kind === 'step' || step.kind === 'turn') {
      beginAgain.add(step.key);
      return;
    }
    forget.add(step.key);
    const failedByItself = !failed.some((other) => isBelow(other.key, step.key));
    if (!failedByItself) return;
    if (step.kind === 'item' || step.kind === 'map') return;
    const below = steps.filter(({ key }) => isBelow(key, step.key));
    for (const { key } of toForget(step, below)) forget.add(key);
  };

  /** An item, or the step that failed one; not a step whose failure was caught. */
  const failedAnItem = (step: StepRecord): boolean =>
    step.kind === 'item' ||
    failed.some(({ kind, culprit }) => kind === 'item' && (culprit === step.key || isBelow(culprit, step.key)));
  const around = failed.filter((step) => failedKey !== null && isBelow(failedKey, step.key));
  const fanOuts = around.filter((step) => step.kind === 'map');
  for (const step of failed) {
    if (step.key === failedKey || (fanOuts.some((fanOut) => isBelow(step.key, fanOut.key)) && failedAnItem(step)))
      redo(step);
  }
  for (const { key } of around) forget.add(key);
  for (const step of steps) {
    if (step.kind === 'run' && step.status !== 'done' && wasCancelledByParent(step.detail.run)) forget.add(step.key);
  }
  return { beginAgain: [...beginAgain], forget: [...forget] };
}

/** Of what lies below a composite that failed by itself: what has to be done again. */
function toForget({ kind, key }: StepRecord, below: readonly StepRecord[]): readonly StepRecord[] {
  if (kind === 'agent') return turnsBehindCalls(below);
  return kind === 'review' ? lastJudgement(key, below) : below;
}

/** The verdict on the newest version: in its round the last that was asked. What led to that version is kept. */
function lastJudgement(review: string, below: readonly StepRecord[]): readonly StepRecord[] {
  const depth = review.split('/').length + 2;
  const judgement = below.findLast(({ key }) => key.split('/').length === depth);
  return below.filter(({ key }) => judgement !== undefined && (key === judgement.key || isBelow(key, judgement.key)));
}

function turnsBehindCalls(steps: readonly StepRecord[]): readonly StepRecord[] {
  const lastCall = steps.findLastIndex(({ kind }) => kind === 'tool');
  return steps.slice(lastCall + 1).filter(({ kind }) => kind === 'turn');
}

function isBelow(key: string, above: string): boolean {
  return key.startsWith(`${above}/`);
}
