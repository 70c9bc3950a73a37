/** A tool as the worker has loaded it: what is called, and what is told of it. */

import type { ToolEntry } from '@perdure/contract';
import type { Tool } from '../pipelines/tool-port.ts';

export type { FunctionTool, QuestionTool, Tool, ToolQuestion } from '../pipelines/tool-port.ts';

export interface LoadedTool {
  readonly tool: Tool;
  readonly entry: ToolEntry;
}
