/**
 * Follows a run over a connection that may break at any time. Events are numbered without gaps, so coming back with the
 * last number seen loses and repeats nothing.
 */

import { isPerdureError, type ErrorCode } from '@perdure/contract';
import { connection, type WatchItem } from './connection.ts';
import type { Transport } from './transport.ts';

export type LinkState = 'lost' | 'back';

export interface WatchOptions {
  /** Number of the last event already seen; default 0, all. */
  readonly after?: number;
  /** Ends the watch: the iterator then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told when the server no longer answers, and when it does again. */
  readonly onLink?: (state: LinkState) => void;
  /** How long a lost server is looked for before the watch gives up; default 60,000. */
  readonly giveUpAfterMs?: number;
}

interface Watch extends WatchOptions {
  readonly runId: string;
}

const firstRetryMs = 100;
const maxRetryMs = 3_000;
/** What a server that is being restarted looks like. */
const passing = ['unreachable', 'unavailable', 'timeout'] as const satisfies readonly ErrorCode[];

/**
 * Only the server's `complete` ends the watch: a connection may end anywhere, also behind an event that looks like the
 * last one of a run that was retried since.
 */
export async function* watchRun(transport: Transport, url: string, watch: Watch): AsyncGenerator<WatchItem, void> {
  const { runId, signal, onLink, giveUpAfterMs = 60_000 } = watch;
  let seen = watch.after ?? 0;
  let reached = false;
  let isLost = false;
  let retryMs = 0;
  let lostForMs = 0;
  for (;;) {
    let hasGiven = false;
    try {
      for await (const item of connection(transport, url, { runId, after: seen, signal })) {
        reached = true;
        if (isLost) onLink?.('back');
        isLost = false;
        lostForMs = 0;
        if (item === 'complete') return;
        if (item === 'alive' || item === 'up to date') continue;
        if (item.type === 'event') seen = item.event.seq;
        hasGiven = true;
        yield item;
      }
    } catch (error) {
      signal?.throwIfAborted();
      // A server never reached is told at once; one that was lost will probably be back.
      const lost = reached && passing.some((code) => isPerdureError(error, code)) && lostForMs < giveUpAfterMs;
      if (!lost) throw error;
      if (!isLost) onLink?.('lost');
      isLost = true;
    }
    // Also behind a connection that ended in order: a server that gives nothing would be asked without a pause.
    retryMs = hasGiven ? firstRetryMs : Math.min(Math.max(retryMs * 2, firstRetryMs), maxRetryMs);
    await sleep(retryMs, signal);
    lostForMs += retryMs;
  }
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
