/**
 * Lines on a pair of streams as a transport of the protocol. The package's own would drop what is no message without a
 * word, and close at a line that is too long; here both are answered. Several messages in one line, as revision
 * 2025-03-26 has them, are answered in one.
 */

import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import {
  answerToLongLine,
  readLine,
  type LongLine,
  type MessageReading,
  type RequestId,
  type RpcMessage,
  type RpcResponse,
} from './messages.ts';
import { longestLine } from './lines.ts';

export interface Wire {
  readonly transport: Transport;
  take(line: string | LongLine): void;
  /** Resolves when all that was asked is answered. */
  answered(): Promise<void>;
}

type Settle = (response: RpcResponse | undefined) => void;

export function createWire(write: (text: string) => unknown): Wire {
  const waiting = new Map<RequestId, Settle[]>();
  const open = new Set<Promise<void>>();
  const say = (message: unknown): void => void write(`${JSON.stringify(message)}\n`);

  const settle = (id: RequestId, response: RpcResponse | undefined): void => {
    const [first, ...others] = waiting.get(id) ?? [];
    if (others.length > 0) waiting.set(id, others);
    else waiting.delete(id);
    first?.(response);
  };

  const transport: Transport = {
    start: async () => undefined,
    close: async () => undefined,
    async send(message) {
      // An answer to what the client has cancelled finds nobody who waits for it.
      if (isResponse(message)) settle(message.id, message);
      else say(message);
    },
  };

  const ask = async (message: RpcMessage): Promise<RpcResponse | undefined> => {
    const { id } = message;
    const answer = new Promise<RpcResponse | undefined>((resolve) => {
      if (id === undefined) resolve(undefined);
      else waiting.set(id, [...(waiting.get(id) ?? []), resolve]);
    });
    transport.onmessage?.(message);
    const cancelled = cancelledBy(message);
    if (cancelled !== undefined) settle(cancelled, undefined);
    return await answer;
  };

  const respond = async (reading: MessageReading): Promise<RpcResponse | undefined> => {
    if (reading.kind === 'message') return await ask(reading.message);
    return reading.kind === 'answer' ? reading.response : undefined;
  };

  const takeLine = async (line: string): Promise<void> => {
    const received = readLine(line);
    const isBatch = received.kind === 'batch';
    const responses = await Promise.all((isBatch ? received.readings : [received]).map(respond));
    const said = responses.filter((response) => response !== undefined);
    if (said.length > 0) say(isBatch ? said : said[0]);
  };

  return {
    transport,
    take(line) {
      if (typeof line !== 'string') return say(answerToLongLine(line, longestLine));
      if (line.trim() === '') return;
      const work = takeLine(line).finally(() => open.delete(work));
      open.add(work);
    },
    answered: async () => void (await Promise.all(open)),
  };
}

function isResponse(message: JSONRPCMessage): message is RpcResponse & JSONRPCMessage & { readonly id: RequestId } {
  return !('method' in message) && 'id' in message && message.id !== undefined;
}

function cancelledBy({ method, params }: RpcMessage): RequestId | undefined {
  const id = method === 'notifications/cancelled' ? params['requestId'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
