/**
 * The tools as a server of the Model Context Protocol. The official package knows the protocol: which revisions there
 * are, what each of them has, when a request is cancelled. Of its two classes this is the one that tells lists of tools
 * as they are given: the other makes them from schemas, in its own words.
 *
 * The tools keep nothing between two calls, so a server may be replaced in the middle.
 */

import { compact, messageOf } from '@perdure/contract';
import {
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type CallToolRequest,
  type CallToolResult,
  type ListToolsResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { McpServer, ToolResult } from './server.ts';

export interface ProtocolOptions {
  /** Aborted when nobody is left to answer: checks that still run are ended. */
  readonly ended: AbortSignal;
  /** Calls again and again until it is disposed of; `seconds`: how long it has been. */
  readonly everyFewSeconds?: ((tell: (seconds: number) => void) => Disposable) | undefined;
}

export function createProtocolServer(tools: McpServer, options: ProtocolOptions): Server {
  const { info, instructions } = tools;
  const server = new Server(info, { capabilities: { tools: {} }, instructions, jsonSchemaValidator: asksNothing });
  server.setRequestHandler('tools/list', ({ params }) => {
    // All tools are on one page, so there is no cursor that we could have given.
    if (params?.cursor === undefined) return { tools: tools.list() as unknown as ListToolsResult['tools'] };
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'There is no such cursor; leave it out.');
  });
  server.setRequestHandler(
    'tools/call',
    async ({ params }, { mcpReq }) => await called(tools, params, mcpReq, options),
  );
  return server;
}

/** The package would bring a validator of its own for the answers of people, and nobody is asked here. */
const asksNothing = {
  getValidator(): never {
    throw new TypeError('nothing is asked of clients');
  },
};

async function called(
  tools: McpServer,
  { name, arguments: given = {} }: CallToolRequest['params'],
  request: ServerContext['mcpReq'],
  { ended, everyFewSeconds = eachFiveSeconds }: ProtocolOptions,
): Promise<CallToolResult> {
  if (!tools.has(name)) {
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `There is no tool ${name}; tools/list shows those there are.`,
    );
  }
  const signal = AbortSignal.any([request.signal, ended]);
  const tellProgress = progressOf(request);
  using pulse = tellProgress === undefined ? undefined : everyFewSeconds(tellProgress);
  signal.addEventListener('abort', () => pulse?.[Symbol.dispose]());
  try {
    return toResult(await tools.call(name, given, signal));
  } catch (error) {
    if (signal.aborted) throw new ProtocolError(ProtocolErrorCode.InternalError, 'This was cancelled.');
    tools.log(`tools/call ${name}: ${messageOf(error)}`);
    throw new ProtocolError(ProtocolErrorCode.InternalError, 'This went wrong here; the log of Perdure says more.');
  }
}

function toResult({ text, data, isError }: ToolResult): CallToolResult {
  return {
    content: [{ type: 'text', text }],
    structuredContent: data,
    ...compact({ isError: isError ? true : undefined }),
  };
}

/** Clients that were told something lately wait longer; without a token nobody asked to be told. */
function progressOf({ _meta, notify }: ServerContext['mcpReq']): ((seconds: number) => void) | undefined {
  const token = _meta?.progressToken;
  if (token === undefined) return undefined;
  return (seconds) => {
    const params = { progressToken: token, progress: seconds, message: `It runs for ${seconds} s.` };
    // Who does not hear it is gone, and the call ends for that reason.
    notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}

const pulseSeconds = 5;

function eachFiveSeconds(tell: (seconds: number) => void): Disposable {
  let seconds = 0;
  const timer = setInterval(() => tell((seconds += pulseSeconds)), pulseSeconds * 1_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
