/**
 * The tools of durable tasks as one server, whatever the transport. It keeps nothing but what it was made with: which
 * task is meant and who works on it is said by every call.
 */

import { isPerdureError } from '@perdure/contract';
import type { ToolHost } from './host.ts';
import { instructionsFor } from './instructions.ts';
import type { JsonSchema } from './json-schema.ts';
import type { ListedTool } from './listing.ts';
import { refused, type ToolResult } from './result.ts';
import type { Tool } from './tool.ts';

export type { ToolResult } from './result.ts';

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
  readonly tools: readonly ListedTool[];
  /** One of them, when it is called; default: as the command line has it. */
  readonly load?: (name: string) => Promise<Tool>;
  readonly version: string;
}

export function createMcpServer({ host, tools, load = loadTool, version }: McpServerOptions): McpServer {
  const names = new Set(tools.map(({ name }) => name));
  const listed = tools.map(({ name, title, description, inputSchema, annotations }) => {
    return { name, title, description, inputSchema, annotations };
  });
  return {
    info: { name: 'perdure', title: 'Perdure tasks', version },
    instructions: instructionsFor({ runsCommands: names.has('perdure_verify') }),
    list: () => listed,
    has: (name) => names.has(name),
    async call(name, given, signal) {
      if (!names.has(name)) throw new Error(`no tool ${name}`);
      try {
        const tool = await load(name);
        return await tool.run(given, host, signal);
      } catch (error) {
        if (isFileGone(error)) return refused({ kind: 'refused', code: 'unavailable', message: replaced });
        if (!isPerdureError(error)) throw error;
        return refused({ kind: 'refused', code: error.code, message: error.message });
      }
    },
    log: (line) => host.warn(line),
  };
}

const replaced =
  'The files of Perdure were replaced while this server ran, most likely by another version; have the client start the server anew, then call again.';

/** A server lives as long as a session of its client, and loads what it needs when it needs it. */
function isFileGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}

/** Their schemas and use cases take longer to load than the rest of a start, and many clients only list them. */
async function loadTool(name: string): Promise<Tool> {
  const { allTools, findTool } = await import('./tools.ts');
  return findTool(name, allTools);
}
