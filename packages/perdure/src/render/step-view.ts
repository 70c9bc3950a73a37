/** Steps as `runs show` prints them: a table of many, a page about one. Pure. */

import type { Step } from '@perdure/contract';
import type { Paint } from '../cli/paint.ts';
import { errorSentence, type ShownError } from './error-sentence.ts';
import { tokensOf } from './event-line.ts';
import { formatDuration, formatTable, printable, unfolded, visibleJson } from './format.ts';
import { hintFor } from './hint.ts';
import { toolCallText, toolOutcome, toolParts } from './tool-text.ts';
import { answerCommand, waitsForPerson, type WaitViewOptions } from './wait-view.ts';

export function stepTable(steps: readonly Step[], now: number): string {
  const rows = steps.map((step) => [
    `  ${step.key}`,
    step.kind,
    step.status,
    formatDuration(
      Math.max(0, (step.endedAt === undefined ? now : Date.parse(step.endedAt)) - Date.parse(step.startedAt)),
    ),
    step.kind === 'tool' ? toolFacts(step) : (tokensOf(step.detail?.['usage']) ?? ''),
  ]);
  return formatTable([['  STEP', 'KIND', 'STATUS', 'TIME', ''], ...rows]).join('\n');
}

/** `http-get {"url":"…"} · pure · ok`. */
function toolFacts(step: Step): string {
  const { effect } = step.detail ?? {};
  const facts = [toolCallText(step), typeof effect === 'string' ? effect : undefined, toolOutcome(step)?.text];
  return facts.filter((fact) => fact !== undefined).join(' · ');
}

/** A step by itself; `input` is what an agent was given. */
export type ShownStep = Step & { readonly input?: unknown };

/** One step, as `runs show <run>/<key>` prints it. */
export function stepView(step: ShownStep, { paint, now, homeFlag }: WaitViewOptions): string {
  const parts = [stepTable([step], now)];
  if (step.input !== undefined) parts.push(jsonPart('Input', step.input));
  if (step.kind === 'tool') parts.push(...toolParts(step));
  if (step.kind === 'human' && step.status === 'started') {
    const { question, wait } = step.detail ?? {};
    parts.push(`${paint('yellow', '?')} ${waitsForPerson(question)}\n  ${answerCommand(String(wait), homeFlag)}`);
  }
  if (step.error !== undefined) parts.push(errorPart(step.error, paint));
  if (step.result !== undefined) parts.push(jsonPart('Result', step.result));
  return parts.join('\n\n');
}

function jsonPart(title: string, value: unknown): string {
  return `${title}\n${visibleJson(unfolded(value), 2)}`;
}

export function errorPart(error: ShownError, paint: Paint): string {
  const hint = hintFor(error);
  const line = `${paint('red', 'Error')} ${printable(errorSentence(error))}`;
  return hint === undefined ? line : `${line}\n  ${paint('dim', hint)}`;
}
