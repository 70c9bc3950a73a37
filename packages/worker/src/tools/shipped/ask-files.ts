/** How the file tools reach the process that works for them. */

import type { ToolCall, ToolResult } from '@perdure/contract';
import { askProcess } from './ask-process.ts';
import type { FileRequest } from './file-process.ts';

/** No file takes as long; a network disk that hangs may. */
const timeoutMs = 30_000;

type FileQuestion<R = FileRequest> = R extends FileRequest ? Omit<R, 'workspace'> : never;

export async function askFiles<T>(asked: FileQuestion, call: ToolCall): Promise<ToolResult<T>> {
  const request = { ...asked, workspace: await call.workspace() };
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(timeoutMs)]);
  const answer = await askProcess<ToolResult<T>>('file-process', request, { signal, cpuSeconds: timeoutMs / 500 });
  if (answer !== undefined) return answer;
  const errorMessage = call.signal.aborted
    ? 'The work on the file was stopped, since the run was; there is nothing to do.'
    : 'The work on the file did not end; try again later, or with another file.';
  return { success: false, errorMessage };
}
