/**
 * The runs below a run, as far as they have not completed: which they are, and which of them a person has to look at.
 * Pure.
 */

import type { Run, Step, Wait } from '@perdure/contract';

export interface RunBelow {
  readonly run: Run;
  /** Empty of one that has ended. */
  readonly steps: readonly Step[];
}

/** Id of the run that a step has started; undefined for every other step. */
export function childOf(step: Step): string | undefined {
  return step.kind === 'run' ? step.detail.run : undefined;
}

/** Ids of the runs that `steps` have started and that have not completed. */
export function openChildren(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => (step.status === 'done' ? [] : (childOf(step) ?? [])));
}

/** Those that need attention and do not say it by a question among `waits`. */
export function stuckBelow(below: readonly RunBelow[], waits: readonly Wait[]): readonly Run[] {
  return below
    .map(({ run }) => run)
    .filter(({ id, status }) => status === 'needs_attention' && !waits.some(({ runId }) => runId === id));
}
