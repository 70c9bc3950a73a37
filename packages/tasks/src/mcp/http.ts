/**
 * The tools over HTTP, without a session: each request is served by itself. No tool here runs a command.
 *
 * Who may call, and from where, is asked by whoever mounts this.
 */

import type { McpHttpHandler } from '@modelcontextprotocol/server';
import type { ToolHost } from './host.ts';
import { chooseTools } from './choose-tools.ts';
import { listed } from './listing.ts';
import { createMcpServer } from './server.ts';
import type { Tool } from './tool.ts';
import { findTool, toolsWithoutCommands } from './tools.ts';

export interface McpHttpOptions {
  readonly host: ToolHost;
  readonly version: string;
  /** Of a request. */
  readonly maxBodyBytes: number;
  /** Aborted when the server closes: calls end. */
  readonly closing: AbortSignal;
}

export interface McpHttp {
  /**
   * `choice`: which tools, as `perdure mcp --tools` has it. Rejects with `usage` where it names one there is not.
   */
  fetch(request: Request, choice: string): Promise<Response>;
}

export function createMcpHttp({ host, version, maxBodyBytes, closing }: McpHttpOptions): McpHttp {
  const all = toolsWithoutCommands.map(listed);
  const serve = async (choice: string): Promise<McpHttpHandler> => {
    const tools = chooseTools(choice, all);
    const server = createMcpServer({ host, tools, load, version });
    const [{ createMcpHandler }, { createProtocolServer }] = await Promise.all([
      import('@modelcontextprotocol/server'),
      import('./protocol.ts'),
    ]);
    return createMcpHandler(() => createProtocolServer(server, { ended: closing }), {
      maxRequestBodySize: maxBodyBytes,
    });
  };
  const serving = new Map<string, Promise<McpHttpHandler>>();
  return {
    async fetch(request, choice) {
      const known = serving.get(choice);
      if (known !== undefined) return await (await known).fetch(request);
      // A choice that is refused is not kept.
      const handler = await serve(choice);
      serving.set(choice, Promise.resolve(handler));
      return await handler.fetch(request);
    },
  };
}

async function load(name: string): Promise<Tool> {
  return findTool(name, toolsWithoutCommands);
}
