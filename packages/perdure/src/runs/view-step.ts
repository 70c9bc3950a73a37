/** Steps as `runs show` prints them: a table of many, a page about one. Pure. */

import type { StepOfKind, Step } from '@perdure/contract';
import { errorSentence, type ErrorFacts } from '../text/error-sentence.ts';
import { formatDuration, printable, unfolded, visibleJson } from '../text/format.ts';
import { hintFor } from '../text/hint.ts';
import type { Paint } from '../text/paint.ts';
import { formatTable } from '../text/table.ts';
import { answerCommand, waitsForPerson, type WaitViewOptions } from '../waits/view.ts';
import { type RunBelow } from './below.ts';
import { childFacts } from './view-below.ts';
import { costText, tokensOf } from './view-event.ts';
import { toolCallText, toolOutcome, toolParts } from './view-tool-call.ts';

export interface StepTableOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** End of the run: what it met in flight did not go on. */
  readonly endedAt?: string | undefined;
  /** Runs that the steps have started and that have not completed. */
  readonly below?: readonly RunBelow[];
}

export function stepTable(steps: readonly Step[], { now, endedAt, below = [] }: StepTableOptions): string {
  const end = endedAt === undefined ? now : Date.parse(endedAt);
  const ofChild = childFacts(steps, below);
  const rows = steps.map((step) => [
    `  ${step.key}`,
    step.kind,
    statusOf(step, endedAt),
    formatDuration(
      Math.max(0, (step.status === 'started' ? end : Date.parse(step.endedAt)) - Date.parse(step.startedAt)),
    ),
    factsOf(step, ofChild),
  ]);
  return formatTable([['  STEP', 'KIND', 'STATUS', 'TIME', ''], ...rows]).join('\n');
}

function statusOf({ status }: Step, endedAt: string | undefined): string {
  return status === 'started' && endedAt !== undefined ? 'cancelled' : status;
}

function factsOf(step: Step, ofChild: (step: StepOfKind<'run'>) => string): string {
  if (step.kind === 'tool') return toolFacts(step);
  if (step.kind === 'run') return ofChild(step);
  return step.kind === 'turn' ? turnFacts(step) : '';
}

/** `11 + 7 tokens (estimated) · 0.0021 · 1 note`. */
function turnFacts({ detail: { usage, usageEstimated, cost, notes = [] } }: StepOfKind<'turn'>): string {
  const tokens = tokensOf(usage);
  const counted = tokens !== undefined && usageEstimated === true ? `${tokens} (estimated)` : tokens;
  const noted = notes.length === 0 ? undefined : `${notes.length} note${notes.length === 1 ? '' : 's'}`;
  const paid = cost === undefined ? undefined : costText(cost);
  return [counted, paid, noted].filter((fact) => fact !== undefined).join(' · ');
}

/** `http-get {"url":"…"} · pure · ok`. */
function toolFacts(step: StepOfKind<'tool'>): string {
  const facts = [toolCallText(step.detail), step.detail?.effect, toolOutcome(step)?.text];
  return facts.filter((fact) => fact !== undefined).join(' · ');
}

/** A step by itself; `input` is what an agent was given. */
export type StepWithInput = Step & { readonly input?: unknown };

export interface StepViewOptions extends WaitViewOptions, StepTableOptions {
  /** Said instead of an advice to retry. */
  readonly instead?: string | undefined;
}

/** One step, as `runs show <run>/<key>` prints it. */
export function stepView(step: StepWithInput, options: StepViewOptions): string {
  const { paint, homeFlag } = options;
  const parts = [stepTable([step], options)];
  if (step.input !== undefined) parts.push(jsonPart('Input', step.input));
  if (step.kind === 'tool') parts.push(...toolParts(step.detail));
  if (step.kind === 'turn' && step.detail.notes !== undefined) parts.push(notesPart(step.detail.notes));
  if (step.kind === 'human' && step.status === 'started' && options.endedAt === undefined) {
    const { question, wait } = step.detail;
    parts.push(`${paint('yellow', '?')} ${waitsForPerson(question)}\n  ${answerCommand(wait, homeFlag)}`);
  }
  if (step.status !== 'done' && step.error !== undefined) {
    parts.push(errorPart(step.error, paint, options.instead));
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

/** `instead`: as `hintFor` takes it. */
export function errorPart(error: ErrorFacts, paint: Paint, instead?: string): string {
  const hint = hintFor(error, instead);
  const line = `${paint('red', 'Error')} ${printable(errorSentence(error))}`;
  return hint === undefined ? line : `${line}\n  ${paint('dim', hint)}`;
}
