/**
 * The tools of durable tasks as one server, whatever the transport. It keeps nothing but what it was made with: which
 * task is meant and who works on it is said by every call.
 */

import { isPerdureError } from '@perdure/contract';
import type { ToolHost } from './host.ts';
import { inputSchemas } from './input-schemas.ts';
import { instructionsFor } from './instructions.ts';
import type { JsonSchema } from './json-schema.ts';
import { refused, type Tool, type ToolResult } from './tool.ts';

export type { ToolResult } from './tool.ts';

/** How a tool is listed. */
export interface ToolListing {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly annotations: Readonly<Record<string, boolean>>;
}

export interface McpServer {
  readonly info: { readonly name: string; readonly title: string; readonly version: string };
  readonly instructions: string;
  list(): readonly ToolListing[];
  has(name: string): boolean;
  /** Refusals and bad arguments are results, which the model reads; it rejects only where something is broken. */
  call(name: string, given: unknown, signal: AbortSignal): Promise<ToolResult>;
  /** One line for whoever runs the server; never on the stream of the protocol. */
  log(line: string): void;
}

export interface McpServerOptions {
  readonly host: ToolHost;
  readonly tools: readonly Tool[];
  readonly version: string;
  /** What each takes, by name. */
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
}

export function createMcpServer({ host, tools, version, schemas = inputSchemas }: McpServerOptions): McpServer {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const listed = tools.map(({ name, title, description, annotations }) => {
    return { name, title, description, inputSchema: schemas[name] ?? {}, annotations };
  });
  return {
    info: { name: 'perdure', title: 'Perdure tasks', version },
    instructions: instructionsFor({ runsCommands: byName.has('perdure_verify') }),
    list: () => listed,
    has: (name) => byName.has(name),
    async call(name, given, signal) {
      const tool = byName.get(name);
      if (tool === undefined) throw new Error(`no tool ${name}`);
      try {
        return await tool.run(given, host, signal);
      } catch (error) {
        if (!isPerdureError(error)) throw error;
        return refused({ kind: 'refused', code: error.code, message: error.message });
      }
    },
    log: (line) => host.warn(line),
  };
}
