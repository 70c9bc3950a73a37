/** A tool call in words: what was called, with which arguments, and what came of it. Pure. */

import type { Step } from '@perdure/contract';
import { oneLine, printable, visibleJson } from './format.ts';

/** Characters of arguments in a line. */
const shownArguments = 120;

/** `http-get {"url":"…"}`. */
export function toolCallText({ detail }: Pick<Step, 'detail'>): string {
  const name = printable(String(detail?.['tool']));
  if (detail?.['input'] === undefined) return name;
  return `${name} ${oneLine(visibleJson(detail['input']), shownArguments)}`;
}

/** Undefined while the call goes on. A failure that an agent was told is a finished step like any other. */
export function toolOutcome(step: Step): { readonly isOk: boolean; readonly text: string } | undefined {
  if (step.status === 'started') return undefined;
  if (step.status === 'failed') return { isOk: false, text: printable(step.error?.message ?? 'failed') };
  if (step.detail?.['outcome'] !== 'failed') return { isOk: true, text: 'ok' };
  const { errorMessage = 'the step tells why' } = (step.result ?? {}) as { readonly errorMessage?: string };
  return { isOk: false, text: `failed: ${oneLine(errorMessage, 200)}` };
}

/** Tool, effect and all of its arguments, as parts of a page about the step. */
export function toolParts({ detail }: Step): string[] {
  const effect = typeof detail?.['effect'] === 'string' ? ` (${detail['effect']})` : '';
  const head = `Tool ${printable(String(detail?.['tool']))}${effect}`;
  if (detail?.['input'] !== undefined) return [head, `Arguments\n${visibleJson(detail['input'], 2)}`];
  return detail?.['inputHidden'] === undefined
    ? [head]
    : [head, 'Arguments\n(too long for the step; see the turn that asked)'];
}
