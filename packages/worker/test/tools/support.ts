/**
 * What a tool is called with in these tests: a workspace of its own under the temporary folder, removed after the test.
 */

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ToolCall, ToolResult } from '@perdure/contract';
import { onTestFinished } from 'vitest';
import type { FunctionTool } from '../../src/tools/tool.ts';

export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'perdure-tools-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface CallOptions {
  readonly workspace?: string;
  readonly signal?: AbortSignal;
  readonly idempotencyKey?: string;
}

/** Calls a tool as the worker does: the input goes through its schema, what comes out through the other. */
export async function callTool(
  tool: FunctionTool,
  input: unknown,
  options: CallOptions = {},
): Promise<ToolResult<unknown>> {
  const { workspace, signal = new AbortController().signal, idempotencyKey = 'run/step' } = options;
  const call: ToolCall = {
    runId: 'run',
    idempotencyKey,
    signal,
    secrets: {},
    workspace: () => (workspace === undefined ? Promise.reject(new Error('no workspace')) : Promise.resolve(workspace)),
  };
  const result = await tool.run(tool.input.parse(input), call);
  if (result.success) tool.output.parse(result.data);
  return result;
}

export async function dataOf<T>(result: ToolResult<unknown> | Promise<ToolResult<unknown>>): Promise<T> {
  const found = await result;
  if (!found.success) throw new Error(`The tool failed: ${found.errorMessage}`);
  return found.data as T;
}

export async function failureOf(result: ToolResult<unknown> | Promise<ToolResult<unknown>>): Promise<string> {
  const found = await result;
  if (found.success) throw new Error(`The tool succeeded: ${JSON.stringify(found.data)}`);
  return found.errorMessage;
}
