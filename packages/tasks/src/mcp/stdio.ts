/**
 * The server on a pair of streams: one JSON message a line. Requests are answered as they are done, so a check that
 * runs for minutes keeps nobody waiting; the client may cancel it. When the input ends, the client is gone: checks that
 * still run are ended.
 */

import { answer, readMessage, type RequestId, type RpcMessage } from './protocol.ts';
import type { McpServer } from './server.ts';

/** A message longer than this is no message of a client that means well. */
const longestLine = 4 * 1024 * 1024;

export interface Streams {
  readonly input: AsyncIterable<Uint8Array | string>;
  readonly write: (text: string) => unknown;
  /** Ends the serving as the end of the input does. */
  readonly signal?: AbortSignal;
}

/** Serves until the input ends. */
export async function serveStdio(server: McpServer, { input, write, signal }: Streams): Promise<void> {
  const running = new Map<RequestId, AbortController>();
  const cancelledOnes = new WeakSet<AbortController>();
  const open = new Set<Promise<void>>();
  const say = (response: unknown): void => void write(`${JSON.stringify(response)}\n`);

  const take = async (message: RpcMessage): Promise<void> => {
    const abort = new AbortController();
    if (message.id !== undefined) running.set(message.id, abort);
    const response = await answer(server, message, abort.signal);
    if (message.id !== undefined) running.delete(message.id);
    // What the client cancelled is not answered. What the end of the input cut short is: a pipe may still be read.
    if (response !== undefined && !cancelledOnes.has(abort)) say(response);
  };

  for await (const line of linesOf(input, signal)) {
    if (line.trim() === '') continue;
    const received = readMessage(line);
    if (received.kind === 'answer') say(received.response);
    if (received.kind !== 'message') continue;
    const cancelledId = cancelledBy(received.message);
    const cancelled = cancelledId === undefined ? undefined : running.get(cancelledId);
    if (cancelled !== undefined) {
      cancelledOnes.add(cancelled);
      cancelled.abort();
    }
    const work = take(received.message).finally(() => open.delete(work));
    open.add(work);
  }
  for (const abort of running.values()) abort.abort();
  await Promise.all(open);
}

function cancelledBy({ method, params }: RpcMessage): RequestId | undefined {
  const id = method === 'notifications/cancelled' ? params['requestId'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

async function* linesOf(input: Streams['input'], signal: AbortSignal | undefined): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of untilAborted(input, signal)) {
    const lines = `${rest}${typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    // Kept so short that the parser refuses it, and says so.
    if (rest.length > longestLine) rest = '!';
  }
  if (rest !== '') yield rest;
}

async function* untilAborted<T>(input: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  const aborted = new Promise<undefined>((resolve) => {
    if (signal?.aborted === true) resolve(undefined);
    signal?.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const iterator = input[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([iterator.next(), aborted]);
    if (next === undefined || next.done === true) return;
    yield next.value;
  }
}
