/**
 * The runs below a run, as far as they have not completed: what they do, and which of them a person has to look at.
 * Pure.
 */

import type { Run, StepOfKind, TypedStep, Wait } from '@perdure/contract';
import { errorSentence } from '../text/error-sentence.ts';
import { oneLine, printable, shortIds } from '../text/format.ts';
import { statusWords } from './view-status.ts';

export interface RunBelow {
  readonly run: Run;
  /** Empty of one that has ended. */
  readonly steps: readonly TypedStep[];
}

/** Id of the run that a step has started; undefined for every other step. */
export function childOf(step: TypedStep): string | undefined {
  return step.kind === 'run' ? step.detail.run : undefined;
}

/** `ship 019a1b2c-3d4f · waiting for a person`, for each of `steps` that is a run. */
export function childFacts(
  steps: readonly TypedStep[],
  below: readonly RunBelow[],
): (step: StepOfKind<'run'>) => string {
  const ids = steps.flatMap((step) => childOf(step) ?? []);
  const short = new Map(shortIds(ids).map((each, at) => [ids[at], each]));
  return (step) => {
    const { run: id, pipeline } = step.detail;
    const child = below.find(({ run }) => run.id === id);
    const status = child === undefined ? step.status === 'done' && 'completed' : statusWords(child.run);
    return [`${printable(pipeline)} ${short.get(id) ?? ''}`, status].filter(Boolean).join(' · ');
  };
}

/** Those that need attention and do not say it by a question among `waits`. */
export function stuckBelow(below: readonly RunBelow[], waits: readonly Wait[]): readonly Run[] {
  return below
    .map(({ run }) => run)
    .filter(({ id, status }) => status === 'needs_attention' && !waits.some(({ runId }) => runId === id));
}

/** `ship 019a1b2c-…: needs attention: the budget is used up.` */
export function stuckText({ id, pipeline, error }: Run): string {
  const why = error === undefined ? '.' : `: ${oneLine(errorSentence(error), 500)}`;
  return `${pipeline} ${id} needs attention${why}`;
}
