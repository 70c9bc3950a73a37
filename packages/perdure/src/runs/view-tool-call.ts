/** A tool call in words: what was called, with which arguments, and what came of it. Pure. */

import type { StepOfKind, ToolFacts } from '@perdure/contract';
import { oneLine, printable, visibleJson } from '../text/format.ts';

/** Characters of arguments in a line. */
const shownArguments = 120;

/** `http-get {"url":"…"}`. */
export function toolCallText({ tool, input }: ToolFacts = {}): string {
  const name = nameOf(tool);
  return input === undefined ? name : `${name} ${oneLine(visibleJson(input), shownArguments)}`;
}

function nameOf(tool: string | undefined): string {
  return tool === undefined ? '(without a name)' : printable(tool);
}

/** Undefined while the call goes on. A failure that an agent was told is a finished step like any other. */
export function toolOutcome(step: StepOfKind<'tool'>): { readonly isOk: boolean; readonly text: string } | undefined {
  if (step.status === 'started') return undefined;
  if (step.status === 'failed') return { isOk: false, text: printable(step.error.message) };
  if (step.detail?.outcome !== 'failed') return { isOk: true, text: 'ok' };
  const { errorMessage = 'the step tells why' } = (step.result ?? {}) as { readonly errorMessage?: string };
  return { isOk: false, text: `failed: ${oneLine(errorMessage, 200)}` };
}

/** Tool, effect and all of its arguments, as parts of a page about the step. */
export function toolParts({ tool, effect, input, inputHidden }: ToolFacts = {}): string[] {
  const head = `Tool ${nameOf(tool)}${effect === undefined ? '' : ` (${effect})`}`;
  if (input !== undefined) return [head, `Arguments\n${visibleJson(input, 2)}`];
  return inputHidden === undefined ? [head] : [head, 'Arguments\n(too long for the step; see the turn that asked)'];
}
