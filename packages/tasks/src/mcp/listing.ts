/** How a tool is told of to whoever has not called it yet. */

import { toJsonSchema, type JsonSchema } from './json-schema.ts';
import type { Tool, ToolDescription } from './tool.ts';

export interface ListedTool extends ToolDescription {
  /** What it takes. */
  readonly inputSchema: JsonSchema;
}

export function listed({ name, title, tier, description, annotations, input }: Tool): ListedTool {
  return { name, title, tier, description, annotations, inputSchema: toJsonSchema(input) };
}
