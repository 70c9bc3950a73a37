/**
 * Follows a run over a connection that may break at any time. Events are numbered without gaps, so coming back with the last number
 * seen loses and repeats nothing. A connection on which not even a heartbeat arrives is taken for broken.
 */

import { isPerdureError, runEventSchema, type ErrorCode, type RunEvent } from '@perdure/contract';
import { errorOf, notOurs, unreachable } from './errors.ts';
import { serverSentEvents, type ServerSentEvent } from './sse.ts';
import type { Transport } from './transport.ts';

export type WatchItem =
  | { readonly type: 'event'; readonly event: RunEvent }
  /** Text of a turn in progress; may be lost, the finished turn is an event. */
  | { readonly type: 'text'; readonly key: string; readonly delta: string };

export interface WatchOptions {
  /** Number of the last event already seen; default 0, all. */
  readonly after?: number;
  /** Ends the watch: the iterator then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** How long a lost server is looked for before the watch gives up; default 60,000. */
  readonly giveUpAfterMs?: number;
}

interface Watch extends WatchOptions {
  readonly runId: string;
}

/** The server sends a heartbeat each 15 s. */
const silenceMs = 45_000;
const firstRetryMs = 100;
const maxRetryMs = 3_000;
/** What a server that is being restarted looks like. */
const passing = ['unreachable', 'unavailable', 'timeout'] as const satisfies readonly ErrorCode[];

/**
 * Only the server's `complete` ends the watch: a connection may end anywhere, also behind an event that looks like the last one of a
 * run that was retried since.
 */
export async function* watchRun(transport: Transport, url: string, watch: Watch): AsyncGenerator<WatchItem, void> {
  const { runId, signal, giveUpAfterMs = 60_000 } = watch;
  let seen = watch.after ?? 0;
  let reached = false;
  let retryMs = 0;
  let lostForMs = 0;
  for (;;) {
    try {
      for await (const item of connection(transport, url, { runId, after: seen, signal })) {
        reached = true;
        retryMs = 0;
        lostForMs = 0;
        if (item === 'complete') return;
        if (item === 'alive') continue;
        if (item.type === 'event') seen = item.event.seq;
        yield item;
      }
    } catch (error) {
      signal?.throwIfAborted();
      // A server never reached is told at once; one that was lost will probably be back.
      const lost = reached && passing.some((code) => isPerdureError(error, code)) && lostForMs < giveUpAfterMs;
      if (!lost) throw error;
      retryMs = Math.min(Math.max(retryMs * 2, firstRetryMs), maxRetryMs);
    }
    await sleep(retryMs, signal);
    lostForMs += retryMs;
  }
}

interface Connection {
  readonly runId: string;
  readonly after: number;
  readonly signal: AbortSignal | undefined;
}

/** One connection, until it ends or breaks; `complete`: there will be nothing more. */
async function* connection(
  transport: Transport,
  url: string,
  { runId, after, signal }: Connection,
): AsyncGenerator<WatchItem | 'alive' | 'complete', void> {
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
    for await (const sent of serverSentEvents(response.body)) {
      silence.reset();
      yield sent === undefined ? 'alive' : toItem(sent, url);
    }
  } catch (error) {
    throw isPerdureError(error) ? error : unreachable(url, error);
  } finally {
    silence.stop();
  }
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

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
