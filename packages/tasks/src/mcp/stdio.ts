/**
 * The server on a pair of streams: one JSON message a line. Requests are answered as they are done, so a check that
 * runs for minutes keeps nobody waiting, and says now and then that it still runs; the client may cancel it. When the
 * input ends, the client is gone: checks that still run are ended.
 */

import { linesOf, longestLine, type Bytes } from './lines.ts';
import {
  answerToLongLine,
  isRecord,
  readLine,
  type MessageReading,
  type RequestId,
  type RpcMessage,
  type RpcResponse,
} from './messages.ts';
import { answer } from './protocol.ts';
import type { McpServer } from './server.ts';

export interface Streams {
  readonly input: Bytes;
  readonly write: (text: string) => unknown;
  /** Ends the serving as the end of the input does. */
  readonly signal?: AbortSignal;
  /** Calls again and again until it is disposed of; `seconds`: how long it has been. */
  readonly everyFewSeconds?: (tell: (seconds: number) => void) => Disposable;
}

/** Serves until the input ends. */
export async function serveStdio(server: McpServer, streams: Streams): Promise<void> {
  const { input, write, signal, everyFewSeconds = eachFiveSeconds } = streams;
  const running = new Map<RequestId, AbortController>();
  const cancelledOnes = new WeakSet<AbortController>();
  const open = new Set<Promise<void>>();
  const say = (message: unknown): void => void write(`${JSON.stringify(message)}\n`);

  const serve = async (message: RpcMessage): Promise<RpcResponse | undefined> => {
    const abort = new AbortController();
    if (message.id !== undefined) running.set(message.id, abort);
    const tellProgress = progressOf(message, say);
    using pulse = tellProgress === undefined ? undefined : everyFewSeconds(tellProgress);
    abort.signal.addEventListener('abort', () => pulse?.[Symbol.dispose]());
    const response = await answer(server, message, abort.signal);
    if (message.id !== undefined) running.delete(message.id);
    // What the client cancelled is not answered. What the end of the input cut short is: a pipe may still be read.
    return cancelledOnes.has(abort) ? undefined : response;
  };

  const cancel = (message: RpcMessage): void => {
    const id = cancelledBy(message);
    const cancelled = id === undefined ? undefined : running.get(id);
    if (cancelled === undefined) return;
    cancelledOnes.add(cancelled);
    cancelled.abort();
  };

  const respond = async (reading: MessageReading): Promise<RpcResponse | undefined> => {
    if (reading.kind === 'answer') return reading.response;
    if (reading.kind === 'ignored') return undefined;
    cancel(reading.message);
    return await serve(reading.message);
  };

  const take = async (line: string): Promise<void> => {
    const received = readLine(line);
    if (received.kind !== 'batch') {
      const response = await respond(received);
      if (response !== undefined) say(response);
      return;
    }
    const responses = await Promise.all(received.readings.map(respond));
    const said = responses.filter((response) => response !== undefined);
    if (said.length > 0) say(said);
  };

  for await (const line of linesOf(input, signal)) {
    if (typeof line !== 'string') {
      say(answerToLongLine(line, longestLine));
      continue;
    }
    if (line.trim() === '') continue;
    const work = take(line).finally(() => open.delete(work));
    open.add(work);
  }
  for (const abort of running.values()) abort.abort();
  await Promise.all(open);
}

/** Clients that were told something lately wait longer; without a token nobody asked to be told. */
function progressOf({ params }: RpcMessage, say: (message: unknown) => void): ((seconds: number) => void) | undefined {
  const meta = params['_meta'];
  const token = isRecord(meta) ? meta['progressToken'] : undefined;
  if (typeof token !== 'string' && typeof token !== 'number') return undefined;
  return (seconds) =>
    say({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: token, progress: seconds, message: `It runs for ${seconds} s.` },
    });
}

const pulseSeconds = 5;

function eachFiveSeconds(tell: (seconds: number) => void): Disposable {
  let seconds = 0;
  const timer = setInterval(() => tell((seconds += pulseSeconds)), pulseSeconds * 1_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function cancelledBy({ method, params }: RpcMessage): RequestId | undefined {
  const id = method === 'notifications/cancelled' ? params['requestId'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
