/** The runs below a run in words. Pure. */

import type { Run, StepOfKind, Step } from '@perdure/contract';
import { errorSentence } from '../text/error-sentence.ts';
import { oneLine, printable, shortIds } from '../text/format.ts';
import { childOf, type RunBelow } from './below.ts';
import { statusWords } from './view-status.ts';

/** `ship 019a1b2c-3d4f · waiting for a person`, for each of `steps` that is a run. */
export function childFacts(steps: readonly Step[], below: readonly RunBelow[]): (step: StepOfKind<'run'>) => string {
  const ids = steps.flatMap((step) => childOf(step) ?? []);
  const short = new Map(shortIds(ids).map((each, at) => [ids[at], each]));
  return (step) => {
    const { run: id, pipeline } = step.detail;
    const child = below.find(({ run }) => run.id === id);
    const status = child === undefined ? step.status === 'done' && 'completed' : statusWords(child.run);
    return [`${printable(pipeline)} ${short.get(id) ?? ''}`, status].filter(Boolean).join(' · ');
  };
}

/** `ship 019a1b2c-…: needs attention: the budget is used up.` */
export function stuckText({ id, pipeline, error }: Run): string {
  const why = error === undefined ? '.' : `: ${oneLine(errorSentence(error), 500)}`;
  return `${pipeline} ${id} needs attention${why}`;
}
