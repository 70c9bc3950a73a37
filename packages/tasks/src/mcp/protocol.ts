/**
 * The Model Context Protocol as far as a server of tools needs it: `initialize`, `ping`, `tools/list`, `tools/call` of
 * revision 2025-11-25 and before, and the same without any handshake (`server/discover`, the version in each request)
 * of 2026-07-28.
 *
 * Nothing is kept between two messages, so any order of requests is fine and a server may be replaced in the middle.
 */

import { compact, messageOf } from '@perdure/contract';
import type { McpServer, ToolResult } from './server.ts';

export const statelessRevision = '2026-07-28';
/** Newest first; a client that asks for another one is offered the first. */
export const handshakeRevisions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;

/** Codes of JSON-RPC, and one of the protocol's own. */
export const rpcErrors = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  unsupportedVersion: -32_022,
} as const;

export type RequestId = string | number;

export interface RpcMessage {
  readonly jsonrpc: '2.0';
  readonly id?: RequestId;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export type RpcResponse = { readonly jsonrpc: '2.0' } & (
  | { readonly id: RequestId; readonly result: Readonly<Record<string, unknown>> }
  | { readonly id: RequestId | null; readonly error: RpcError }
);

interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/**
 * The message in a line; `answer`: what to say to one that is none; `ignored`: an answer of the client's, for we ask
 * nothing.
 */
export type MessageReading =
  | { readonly kind: 'message'; readonly message: RpcMessage }
  | { readonly kind: 'answer'; readonly response: RpcResponse }
  | { readonly kind: 'ignored' };

export function readMessage(line: string): MessageReading {
  const value = parseJson(line);
  if (value === undefined) return invalid(null, { code: rpcErrors.parse, message: 'A message is one line of JSON.' });
  if (!isRecord(value)) return invalid(null, { code: rpcErrors.invalidRequest, message: 'A message is an object.' });
  const { id, method, params = {} } = value;
  if (method === undefined && ('result' in value || 'error' in value)) return { kind: 'ignored' };
  const isId = id === undefined || typeof id === 'string' || typeof id === 'number';
  if (value['jsonrpc'] !== '2.0' || typeof method !== 'string' || !isId || !isRecord(params)) {
    const message = 'A request names jsonrpc "2.0", an id, a method and its params.';
    return invalid(isId ? (id ?? null) : null, { code: rpcErrors.invalidRequest, message });
  }
  return { kind: 'message', message: { jsonrpc: '2.0', method, params, ...compact({ id }) } };
}

/** The answer to a request; to a notification there is none. Never rejects. */
export async function answer(
  server: McpServer,
  message: RpcMessage,
  signal: AbortSignal,
): Promise<RpcResponse | undefined> {
  const { id, params } = message;
  if (id === undefined) return undefined;
  try {
    const isStateless = statesVersion(params);
    const answered = await resultOf(server, message, { signal, isStateless });
    if ('code' in answered) return { jsonrpc: '2.0', id, error: answered };
    return {
      jsonrpc: '2.0',
      id,
      result: isStateless ? stateless(answered.result, message.method, server) : answered.result,
    };
  } catch (error) {
    if (signal.aborted)
      return { jsonrpc: '2.0', id, error: { code: rpcErrors.internal, message: 'This was cancelled.' } };
    server.log(`${message.method}: ${messageOf(error)}`);
    return { jsonrpc: '2.0', id, error: { code: rpcErrors.internal, message: 'This went wrong here; see stderr.' } };
  }
}

const versionKey = 'io.modelcontextprotocol/protocolVersion';

async function resultOf(
  server: McpServer,
  { method, params }: RpcMessage,
  { signal, isStateless }: { readonly signal: AbortSignal; readonly isStateless: boolean },
): Promise<{ readonly result: Readonly<Record<string, unknown>> } | RpcError> {
  const version = statedVersion(params);
  if (isStateless && version !== statelessRevision) {
    const data = { supported: [statelessRevision], requested: version };
    return { code: rpcErrors.unsupportedVersion, message: 'This protocol version is not served.', data };
  }
  const { info, instructions } = server;
  const capabilities = { tools: {} };
  switch (method) {
    case 'initialize':
      return { result: { protocolVersion: agreedVersion(params), capabilities, serverInfo: info, instructions } };
    case 'server/discover':
      return { result: { supportedVersions: [statelessRevision], capabilities, instructions } };
    case 'ping':
      return { result: {} };
    case 'tools/list':
      return { result: { tools: server.list() } };
    case 'tools/call':
      return await called(server, params, signal);
    default:
      return { code: rpcErrors.methodNotFound, message: `There is no method ${method}.` };
  }
}

async function called(
  server: McpServer,
  params: RpcMessage['params'],
  signal: AbortSignal,
): Promise<{ readonly result: Readonly<Record<string, unknown>> } | RpcError> {
  const { name, arguments: given = {} } = params;
  if (typeof name !== 'string' || !server.has(name)) {
    return {
      code: rpcErrors.invalidParams,
      message: `There is no tool ${String(name)}; tools/list shows those there are.`,
    };
  }
  return { result: toResult(await server.call(name, given, signal)) };
}

function toResult({ text, data, isError }: ToolResult): Readonly<Record<string, unknown>> {
  return {
    content: [{ type: 'text', text }],
    structuredContent: data,
    ...compact({ isError: isError ? true : undefined }),
  };
}

/**
 * What every result of the stateless revision says besides. The tools are the same for as long as this process lives.
 */
function stateless(
  result: Readonly<Record<string, unknown>>,
  method: string,
  { info }: McpServer,
): Readonly<Record<string, unknown>> {
  const isCacheable = method === 'tools/list' || method === 'server/discover';
  return {
    ...result,
    resultType: 'complete',
    _meta: { 'io.modelcontextprotocol/serverInfo': info },
    ...(isCacheable ? { ttlMs: 0, cacheScope: 'private' } : {}),
  };
}

function agreedVersion({ protocolVersion }: RpcMessage['params']): string {
  return handshakeRevisions.find((known) => known === protocolVersion) ?? handshakeRevisions[0];
}

function statedVersion({ _meta: meta }: RpcMessage['params']): unknown {
  return isRecord(meta) ? meta[versionKey] : undefined;
}

function statesVersion(params: RpcMessage['params']): boolean {
  return statedVersion(params) !== undefined;
}

function invalid(id: RequestId | null, error: RpcError): MessageReading {
  return { kind: 'answer', response: { jsonrpc: '2.0', id, error } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
