/** One connection to the events of a run. One on which not even a heartbeat arrives is taken for broken. */

import { isPerdureError, runEventSchema, type RunEvent } from '@perdure/contract';
import { errorOf, notOurs, unreachable } from './errors.ts';
import { serverSentEvents, type Comment, type ServerSentEvent } from './sse.ts';
import type { Transport } from './transport.ts';

export type WatchItem =
  | { readonly type: 'event'; readonly event: RunEvent }
  /** Text of a turn in progress; may be lost, the finished turn is an event. */
  | { readonly type: 'text'; readonly key: string; readonly delta: string };

/** `up to date`: all that was recorded by then has come. `complete`: there will be nothing more. */
export type StreamSign = 'alive' | 'up to date' | 'complete';

/** The server sends a heartbeat each 15 s. */
const silenceMs = 45_000;

export interface Connection {
  readonly runId: string;
  readonly after: number;
  readonly signal: AbortSignal | undefined;
}

/** Until it ends or breaks. */
export async function* connection(
  transport: Transport,
  url: string,
  { runId, after, signal }: Connection,
): AsyncGenerator<WatchItem | StreamSign, void> {
  const silence = createSilenceAlarm();
  const any = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  try {
    const response = await transport({
      method: 'GET',
      path: `/api/v1/runs/${encodeURIComponent(runId)}/events`,
      headers: { accept: 'text/event-stream', 'last-event-id': String(after) },
      signal: any,
    });
    if (response.status === 204) {
      yield 'complete';
      return;
    }
    if (!response.ok || response.body === null) throw await errorOf(response, url);
    if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true)
      throw notOurs(url, 'something that is no stream of events');
    for await (const sent of serverSentEvents(response.body)) {
      silence.reset();
      yield 'comment' in sent ? signOf(sent) : toItem(sent, url);
    }
  } catch (error) {
    throw isPerdureError(error) ? error : unreachable(url, error);
  } finally {
    silence.stop();
  }
}

function signOf({ comment }: Comment): StreamSign {
  return comment === 'up to date' ? comment : 'alive';
}

function toItem({ event, data }: ServerSentEvent, url: string): WatchItem {
  const value: unknown = parseJson(data);
  if (event === 'text') {
    const { key, delta } = value as { key?: unknown; delta?: unknown };
    return { type: 'text', key: String(key), delta: String(delta) };
  }
  const parsed = runEventSchema.safeParse(value);
  if (!parsed.success) throw notOurs(url, 'an event this client does not understand', parsed.error);
  return { type: 'event', event: parsed.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A signal that aborts when `reset` was not called for too long. */
function createSilenceAlarm() {
  const controller = new AbortController();
  const start = () => setTimeout(() => controller.abort(), silenceMs);
  let timer = start();
  return {
    signal: controller.signal,
    reset(): void {
      clearTimeout(timer);
      timer = start();
    },
    stop: () => clearTimeout(timer),
  };
}
