/**
 * The Model Context Protocol as far as a server of tools needs it: `initialize`, `ping`, `tools/list`, `tools/call` of
 * revision 2025-11-25 and before, and the same without any handshake (`server/discover`, the version in each request)
 * of 2026-07-28.
 *
 * Nothing is kept between two messages, so any order of requests is fine and a server may be replaced in the middle.
 */

import { compact, messageOf } from '@perdure/contract';
import { isRecord, rpcErrors, type RpcError, type RpcMessage, type RpcResponse } from './messages.ts';
import type { McpServer, ToolResult } from './server.ts';

export const statelessRevision = '2026-07-28';
/** Newest first; a client that asks for another one is offered the first. */
export const handshakeRevisions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;

/** The answer to a request; to a notification there is none. Never rejects. */
export async function answer(
  server: McpServer,
  message: RpcMessage,
  signal: AbortSignal,
): Promise<RpcResponse | undefined> {
  const { id, params } = message;
  if (id === undefined) return undefined;
  try {
    const isStateless = statedIn(params, versionKey) !== undefined;
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
const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities';
/** What the stateless revision has no more. */
const handshakeMethods: readonly string[] = ['initialize', 'ping'];

async function resultOf(
  server: McpServer,
  { method, params }: RpcMessage,
  { signal, isStateless }: { readonly signal: AbortSignal; readonly isStateless: boolean },
): Promise<{ readonly result: Readonly<Record<string, unknown>> } | RpcError> {
  const version = statedIn(params, versionKey);
  if (isStateless && version !== statelessRevision) {
    const data = { supported: [statelessRevision], requested: version };
    return { code: rpcErrors.unsupportedVersion, message: 'This protocol version is not served.', data };
  }
  if (isStateless && !isRecord(statedIn(params, capabilitiesKey))) {
    return { code: rpcErrors.invalidParams, message: `_meta holds no object ${capabilitiesKey}; it may be empty.` };
  }
  const unknown = { code: rpcErrors.methodNotFound, message: `There is no method ${method}.` };
  if (isStateless && handshakeMethods.includes(method)) return unknown;
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
      // All tools are on one page, so there is no cursor that we could have given.
      if (params['cursor'] !== undefined) {
        return { code: rpcErrors.invalidParams, message: 'There is no such cursor; leave it out.' };
      }
      return { result: { tools: server.list() } };
    case 'tools/call':
      return await called(server, params, signal);
    default:
      return unknown;
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

function statedIn({ _meta: meta }: RpcMessage['params'], key: string): unknown {
  return isRecord(meta) ? meta[key] : undefined;
}
