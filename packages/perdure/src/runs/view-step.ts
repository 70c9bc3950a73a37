/** A step as `runs show` prints it by itself. Pure. */

import type { Step, Wait } from '@perdure/contract';
import { errorSentence, type ErrorFacts } from '../text/error-sentence.ts';
import { printable, unfolded, visibleJson } from '../text/format.ts';
import { hintFor, type HintOptions } from '../text/hint.ts';
import type { Paint } from '../text/paint.ts';
import { questionLines, type WaitViewOptions } from '../waits/view.ts';
import { stepRow, type StepTableOptions } from './view-steps.ts';
import { toolParts } from './view-tool-call.ts';

/** A step by itself; `input` is what an agent was given. */
export type StepWithInput = Step & { readonly input?: unknown };

export interface StepViewOptions extends WaitViewOptions, StepTableOptions {
  /** Open questions of this step, or of those below it. */
  readonly asked?: readonly Wait[];
  /** Said instead of an advice to retry. */
  readonly instead?: string | undefined;
  /** As `hintFor` takes it. */
  readonly goesOnBy?: HintOptions['goesOnBy'];
}

/** One step, as `runs show <run>/<key>` prints it. */
export function stepView(step: StepWithInput, options: StepViewOptions): string {
  const { paint } = options;
  const parts = [stepRow(step, options)];
  if (step.input !== undefined) parts.push(jsonPart('Input', step.input));
  if (step.kind === 'tool') parts.push(...toolParts(step.detail));
  if (step.kind === 'turn' && step.detail.notes !== undefined) parts.push(notesPart(step.detail.notes));
  parts.push(...(options.asked ?? []).map((wait) => questionLines(wait, options).join('\n')));
  if (step.status !== 'done' && step.error !== undefined) {
    parts.push(errorPart(step.error, paint, options));
    const tail = step.error.details?.['tail'];
    if (typeof tail === 'string') parts.push(`The end of what the server sent\n${indented(tail)}`);
  }
  if (step.status === 'done' && step.result !== undefined) parts.push(jsonPart('Result', step.result));
  return parts.join('\n\n');
}

function notesPart(notes: readonly string[]): string {
  return `Notes\n${notes.map((note) => `  - ${printable(note)}`).join('\n')}`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${printable(line)}`.trimEnd())
    .join('\n');
}

function jsonPart(title: string, value: unknown): string {
  return `${title}\n${visibleJson(unfolded(value), 2)}`;
}

export function errorPart(error: ErrorFacts, paint: Paint, options: HintOptions): string {
  const hint = hintFor(error, options);
  const line = `${paint('red', 'Error')} ${printable(errorSentence(error))}`;
  return hint === undefined ? line : `${line}\n  ${paint('dim', hint)}`;
}
