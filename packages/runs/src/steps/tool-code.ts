/** The code of a tool as a call meets it: how it is run, what it is given, what is told where it is at fault. */

import { shortened, type ToolCall, type ToolResult } from '@perdure/contract';
import { placeOf } from '../record/author-error.ts';
import type { StartedStep } from '../record/record.ts';
import type { AcceptedCall, ToolFailure } from './tool-record.ts';

/** What is known of a call that was begun. */
export type Outcome =
  | { readonly kind: 'known'; readonly result: ToolResult<unknown> | ToolFailure }
  /** `hasEnded`: it threw, so nothing of it is under way any more. */
  | { readonly kind: 'unknown'; readonly why: string; readonly hasEnded: boolean };

export type Unknown = Extract<Outcome, { readonly kind: 'unknown' }>;

export function inTool<T>({ scope, tool }: AcceptedCall, { key }: StartedStep<'tool'>, work: () => T): T {
  return scope.session.occupiedBy(`in the tool "${tool.id}" of step "${key}"`, work);
}

export function toolCall({ scope, deps }: AcceptedCall, { key }: StartedStep): ToolCall {
  const { runId, session } = scope;
  return {
    runId,
    idempotencyKey: `${runId}/${key}`,
    signal: session.gate.signal,
    workspace: () => deps.workspace(runId),
  };
}

export function placeText(error: unknown): string {
  const place = placeOf(error);
  return place === undefined ? '' : ` (at ${place})`;
}

export async function reportDefect(
  { scope, tool }: AcceptedCall,
  step: StartedStep<'tool'>,
  message: string,
): Promise<void> {
  await scope.session.record.commit({
    events: [{ type: 'tool.defect', data: { key: step.key, tool: tool.id, message: shortened(message, 2_000) } }],
  });
}
