/**
 * The worker's end of the live view. It never blocks and never fails: while the server is away, or reads too slowly,
 * signals are dropped. Watchers read the record, so what is lost is text on a screen and a few milliseconds.
 */

import { connect, type Socket } from 'node:net';
import { createOutbox, type Outbox } from './outbox.ts';

export interface ConnectLiveOptions {
  readonly path: string;
  /** How long text of one step is gathered before it is sent; default 50. */
  readonly coalesceMs?: number;
  /** Bytes not yet taken by the server beyond which signals are dropped; default 1 MiB. */
  readonly maxBufferedBytes?: number;
}

const firstRetryMs = 50;
const maxRetryMs = 2_000;

export function connectLive(options: ConnectLiveOptions): Outbox {
  const { path, coalesceMs = 50, maxBufferedBytes = 1_048_576 } = options;
  let connected: Socket | undefined;
  let dialing: Socket | undefined;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = firstRetryMs;
  let closed = false;

  const dial = (): void => {
    const socket = connect(path);
    dialing = socket.unref();
    socket.on('connect', () => {
      connected = socket;
      retryMs = firstRetryMs;
    });
    // Each failure is followed by `close`, where the next try is planned.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      connected = undefined;
      if (closed) return;
      retry = setTimeout(dial, retryMs).unref();
      retryMs = Math.min(retryMs * 2, maxRetryMs);
    });
    // Nothing is expected from the server; reading is what notices its end.
    socket.resume();
  };

  const outbox = createOutbox((lines) => {
    if (connected === undefined || connected.writableLength > maxBufferedBytes) return;
    connected.write(lines);
  }, coalesceMs);
  dial();

  return {
    ...outbox,
    close() {
      closed = true;
      outbox.close();
      clearTimeout(retry);
      dialing?.destroy();
    },
  };
}
