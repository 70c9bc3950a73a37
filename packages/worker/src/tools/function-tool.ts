/** Types a tool of ours from its own schemas, as `defineTool` does for the tools of others. */

import type { ToolDefinition } from '@perdure/contract';
import type { FunctionTool } from './tool.ts';

/** Erases the types of input and output, which the caller of a tool knows only as schemas. */
export function functionTool<I, O>(definition: ToolDefinition<I, O>): FunctionTool {
  return { kind: 'function', ...definition } as unknown as FunctionTool;
}
