/** Messages of JSON-RPC as they come in lines, and what is said to lines that hold none. */

import { compact } from '@perdure/contract';

/** Codes of JSON-RPC. */
const rpcErrors = { parse: -32_700, invalidRequest: -32_600 } as const;

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

/** Revision 2025-03-26 has several messages in one line, which are answered in one; the others have none of it. */
export type LineReading = MessageReading | { readonly kind: 'batch'; readonly readings: readonly MessageReading[] };

export function readLine(line: string): LineReading {
  const value = parseJson(line);
  if (value === undefined) return invalid(null, { code: rpcErrors.parse, message: 'A message is one line of JSON.' });
  if (Array.isArray(value) && value.length > 0) return { kind: 'batch', readings: value.map(readMessage) };
  return readMessage(value);
}

/** What to say to a line that was too long to be read: to the request that it was, where its id can be seen. */
export function answerToLongLine({ head, tail }: LongLine, limit: number): RpcResponse {
  const found = idAtHead.exec(head)?.[1] ?? idAtTail.exec(tail)?.[1];
  const id = found === undefined ? null : (parseJson(found) as RequestId);
  const message = `A line of more than ${limit / mebi} MiB is not read; send less, or in pieces.`;
  return { jsonrpc: '2.0', id, error: { code: rpcErrors.invalidRequest, message } };
}

export interface LongLine {
  readonly head: string;
  readonly tail: string;
}

const mebi = 1024 * 1024;
/** Before or behind all that could hold an id of its own: clients write it second, or last or last but one. */
const idAtHead = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15}|"[^"\\]{0,200}")\s*,/;
const idAtTail = /,\s*"id"\s*:\s*(\d{1,15}|"[^"\\]{0,200}")\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/;

function readMessage(value: unknown): MessageReading {
  if (!isRecord(value)) return invalid(null, { code: rpcErrors.invalidRequest, message: 'A message is an object.' });
  const { id, method, params = {} } = value;
  if (method === undefined && ('result' in value || 'error' in value)) return { kind: 'ignored' };
  const isId = id === undefined || typeof id === 'string' || Number.isSafeInteger(id);
  if (value['jsonrpc'] !== '2.0' || typeof method !== 'string' || !isId || !isRecord(params)) {
    const message = 'A request names jsonrpc "2.0", an id, a method and its params.';
    return invalid(isId ? ((id as RequestId | undefined) ?? null) : null, { code: rpcErrors.invalidRequest, message });
  }
  return {
    kind: 'message',
    message: { jsonrpc: '2.0', method, params, ...compact({ id: id as RequestId | undefined }) },
  };
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
