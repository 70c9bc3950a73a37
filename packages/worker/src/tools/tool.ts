/** A tool as the worker has loaded it: what is called, and what is told of it. */

import type { ToolEntry } from '@perdure/contract';
import type { Tool } from '@perdure/runs';

export type { FunctionTool, QuestionTool, Tool, ToolQuestion } from '@perdure/runs';

export interface LoadedTool {
  readonly tool: Tool;
  readonly entry: ToolEntry;
  /** Absent for one that ships. */
  readonly file?: string;
}
