/** What is recorded of a tool call: its beginning, and how it ended. */

import {
  compact,
  shortened,
  toErrorRecord,
  type ErrorRecord,
  type ToolEffect,
  type ToolResult,
} from '@perdure/contract';
import type { DriveSession } from '../session/drive-session.ts';
import { inputHash } from '../record/input-hash.ts';
import type { FinishedStep, StartedStep } from '../record/record.ts';
import type { ToolUndo } from '../session/run-record.ts';
import type { Scope } from './scope.ts';
import type { ToolRequest } from './step-port.ts';
import { newStep, writeDone, writeFailed } from './step-writes.ts';
import type { FunctionTool, Lend, LentSecrets, SchemaTrial, Tool, WhyLeftOut } from './tool-port.ts';

export interface ToolDeps {
  readonly tools: (id: string) => Tool | undefined;
  /** Why what is asked for is not loaded, where its file was refused. Default: nobody knows. */
  readonly whyLeftOut?: WhyLeftOut | undefined;
  /** The folder of a run, made where it is missing. */
  readonly workspace: (runId: string) => Promise<string>;
  readonly newId: () => string;
  /** Default: schemas are run as they are. */
  readonly trial?: SchemaTrial | undefined;
  /** Default: nobody lends any, and a tool that wants one stops the run. */
  readonly lend?: Lend | undefined;
}

/** Who asks decides what a failure is. */
export interface ToolStepRequest extends ToolRequest {
  readonly failureIs: 'value' | 'error';
  readonly undo?: ToolUndo | undefined;
}

/** A call whose arguments the tool accepts. */
export interface AcceptedCall {
  readonly scope: Scope;
  readonly request: ToolStepRequest;
  readonly tool: FunctionTool;
  /** As the tool's schema made it: defaults filled in. */
  readonly input: unknown;
  readonly deps: ToolDeps;
  /** Of this attempt; absent: it has none. */
  readonly secrets?: LentSecrets;
}

/** `at`: where in the tool's code it threw; not for the model. */
export type ToolFailure = Extract<ToolResult<never>, { readonly success: false }> & {
  readonly at?: string | undefined;
};

/** `effect`: as it is promised now; absent where the tool will not be called. */
export function begin(scope: Scope, request: ToolStepRequest, effect?: ToolEffect): StartedStep<'tool'> {
  const { tool, input, agent } = request;
  const shown = (JSON.stringify(input) ?? '').length <= longestShown ? { input } : { inputHidden: 'too long' };
  return newStep(
    scope.session,
    { kind: 'tool', detail: { ...compact({ tool, effect, agent }), ...shown } },
    { key: scope.keyOf(request.key), inputHash: inputHash({ tool, input }), undoable: request.undo !== undefined },
  );
}

/** Characters of arguments kept beside the step; longer ones are in the turn that asked for them. */
const longestShown = 10_000;

/** Records how the call ended. */
export async function record(
  session: DriveSession,
  step: StartedStep<'tool'>,
  ended: { readonly request: ToolStepRequest; readonly result: ToolResult<unknown> | ToolFailure },
): Promise<FinishedStep> {
  const { request, result } = ended;
  if (request.failureIs === 'error') {
    if (!result.success)
      return await writeFailed(session, step, { key: step.key, error: toolFailed(request.tool, result) });
    return await writeDone(session, step, { result: result.data, facts: { outcome: 'ok' } });
  }
  const outcome = result.success ? 'ok' : 'failed';
  const value = result.success ? result : { success: false, errorMessage: result.errorMessage };
  const resultHash = inputHash(value).slice(0, 16);
  return await writeDone(session, step, { result: value, facts: { outcome, resultHash } });
}

export function failure(errorMessage: string, at?: string): ToolFailure {
  return { success: false, errorMessage, at };
}

export function toolFailed(tool: string, { errorMessage, at }: ToolFailure): ErrorRecord {
  const message = `The tool "${tool}" failed: ${errorMessage}`;
  return { code: 'tool_failed', message, ...compact({ details: at === undefined ? undefined : { at } }) };
}

/** Whether a call was begun with the promise never to repeat it by itself. */
export function isOnce(step: StartedStep<'tool'>): boolean {
  return step.detail?.effect === 'once';
}

/** What was thrown, whatever it was, in at most 2,000 characters: cut after its secrets were taken out. */
export function messageOf(error: unknown, secrets?: LentSecrets): string {
  const { message } = toErrorRecord(error, 'step_failed');
  return shortened(hidden(secrets, message), 2_000);
}

/** Without the secrets of the call. */
export function hidden<T>(secrets: LentSecrets | undefined, value: T): T {
  return secrets === undefined ? value : secrets.hide(value);
}
