/** What is recorded of a tool call: its beginning, and how it ended. */

import { toErrorRecord, type ErrorRecord, type ToolEffect, type ToolResult, type UndoAttempt } from '@perdure/contract';
import type { DriveSession } from './drive-session.ts';
import type { StepRecord, ToolRequest } from './ports.ts';
import type { SessionScope } from './step-scope.ts';
import { startedStep } from './step-start.ts';
import { inputHash, writeDone, writeFailed } from './step-writes.ts';
import type { FunctionTool, Tool } from './tool-port.ts';

export interface ToolDeps {
  readonly tools: (id: string) => Tool | undefined;
  /** The folder of a run, made where it is missing. */
  readonly workspace: (runId: string) => Promise<string>;
  readonly newId: () => string;
}

/** Who asks decides what a failure is. */
export interface AskedTool extends ToolRequest {
  readonly failureIs: 'value' | 'error';
  readonly undo?: ((result: never, attempt: UndoAttempt) => unknown) | undefined;
}

/** A call whose arguments the tool accepts. */
export interface Call {
  readonly scope: SessionScope;
  readonly request: AskedTool;
  /** Full key of its step. */
  readonly key: string;
  readonly tool: FunctionTool;
  /** As the tool's schema made it: defaults filled in. */
  readonly input: unknown;
  readonly deps: ToolDeps;
}

/** `at`: where in the tool's code it threw; not for the model. */
export type ToolFailure = Extract<ToolResult<never>, { readonly success: false }> & {
  readonly at?: string | undefined;
};

export function begin(session: DriveSession, request: AskedTool, key: string, effect?: ToolEffect): StepRecord {
  const { tool, input, agent } = request;
  const shown = (JSON.stringify(input) ?? '').length <= longestShown ? { input } : { inputHidden: 'too long' };
  const started = startedStep(session, {
    key,
    kind: 'tool',
    inputHash: inputHash({ tool, input }),
    detail: { tool, ...(effect && { effect }), ...(agent && { agent }), ...shown },
    undoable: request.undo !== undefined,
  });
  return { ...started, resultBlob: null };
}

/** Characters of arguments kept beside the step; longer ones are in the turn that asked for them. */
const longestShown = 10_000;

/** Records how the call ended. */
export async function record(
  session: DriveSession,
  step: StepRecord,
  ended: { readonly request: AskedTool; readonly result: ToolResult<unknown> | ToolFailure },
): Promise<StepRecord> {
  const { request, result } = ended;
  if (request.failureIs === 'error') {
    if (!result.success) return await writeFailed(session, step, toolFailed(request.tool, result));
    return await writeDone(session, step, { result: result.data, detail: { outcome: 'ok' } });
  }
  const outcome = result.success ? 'ok' : 'failed';
  const told = result.success ? result : { success: false, errorMessage: result.errorMessage };
  return await writeDone(session, step, {
    result: told,
    detail: { outcome, resultHash: inputHash(told).slice(0, 16) },
  });
}

export function failure(errorMessage: string, at?: string): ToolFailure {
  return { success: false, errorMessage, at };
}

export function toolFailed(tool: string, { errorMessage, at }: ToolFailure): ErrorRecord {
  const message = `The tool "${tool}" failed: ${errorMessage}`;
  return { code: 'tool_failed', message, ...(at === undefined ? {} : { details: { at } }) };
}

export function resultHashOf(step: StepRecord): string {
  const hash = step.detail?.['resultHash'];
  return typeof hash === 'string' ? hash : '';
}

/** Whether a call was begun with the promise never to repeat it by itself. */
export function isOnce(step: StepRecord): boolean {
  return step.detail?.['effect'] === 'once';
}

/** What was thrown, whatever it was, in at most 2,000 characters. */
export function messageOf(error: unknown): string {
  return toErrorRecord(error, 'step_failed').message.slice(0, 2_000);
}
