/** The code of a tool as a call meets it: how it is run, what it is given, what is told where it is at fault. */

import { shortened, type ToolCall, type ToolResult } from '@perdure/contract';
import { placeOf } from '../record/author-error.ts';
import type { StartedStep } from '../record/record.ts';
import { hidden, type AcceptedCall, type ToolFailure } from './tool-record.ts';

/** What is known of a call that was begun. */
export type Outcome =
  | { readonly kind: 'known'; readonly result: ToolResult<unknown> | ToolFailure }
  /** `hasEnded`: it threw, so nothing of it is under way any more. */
  | { readonly kind: 'unknown'; readonly why: string; readonly hasEnded: boolean };

export type Unknown = Extract<Outcome, { readonly kind: 'unknown' }>;

export function inTool<T>({ scope, tool }: AcceptedCall, { key }: StartedStep<'tool'>, work: () => T): T {
  return scope.session.occupiedBy(`in the tool "${tool.id}" of step "${key}"`, work);
}

export function toolCall({ scope, deps, secrets }: AcceptedCall, { key }: StartedStep): ToolCall {
  const { runId, session } = scope;
  return {
    runId,
    idempotencyKey: `${runId}/${key}`,
    signal: session.gate.signal,
    workspace: () => deps.workspace(runId),
    secrets: secrets?.values ?? {},
  };
}

export function placeText(error: unknown): string {
  const place = placeOf(error);
  return place === undefined ? '' : ` (at ${place})`;
}

export async function reportDefect(
  { scope, tool, secrets }: AcceptedCall,
  step: StartedStep<'tool'>,
  why: string,
): Promise<void> {
  const message = hidden(secrets, why);
  await scope.session.record.commit({
    events: [{ type: 'tool.defect', data: { key: step.key, tool: tool.id, message: shortened(message, 2_000) } }],
  });
}
