/** Steps as `runs show` prints them: a table of many, a page about one. Pure. */

import { errorCatalogue, type ErrorRecord, type Step } from '@perdure/contract';
import type { Paint } from '../cli/paint.ts';
import { tokensOf } from './event-line.ts';
import { formatDuration, formatTable, printable } from './format.ts';
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

/** One step, as `runs show <run>/<key>` prints it. */
export function stepView(step: Step, { paint, now, homeFlag }: WaitViewOptions): string {
  const parts = [stepTable([step], now)];
  if (step.kind === 'tool') parts.push(...toolParts(step));
  if (step.kind === 'human' && step.status === 'started') {
    const { question, wait } = step.detail ?? {};
    parts.push(`${paint('yellow', '?')} ${waitsForPerson(question)}\n  ${answerCommand(String(wait), homeFlag)}`);
  }
  if (step.error !== undefined) parts.push(errorPart(step.error, paint));
  if (step.result !== undefined) parts.push(`Result\n${JSON.stringify(step.result, null, 2)}`);
  return parts.join('\n\n');
}

export function errorPart(error: Pick<ErrorRecord, 'code' | 'message'>, paint: Paint): string {
  return `${paint('red', 'Error')} ${printable(error.message)}\n  ${paint('dim', errorCatalogue[error.code].hint)}`;
}
