/**
 * The server on a pair of streams: one JSON message a line. Requests are answered as they are done, so a check that
 * runs for minutes keeps nobody waiting, and says now and then that it still runs; the client may cancel it. When the
 * input ends, the client is gone: checks that still run are ended.
 */

import { config } from 'zod';
import { linesOf, type Bytes } from './lines.ts';
import type { ProtocolOptions } from './protocol.ts';
import type { McpServer } from './server.ts';
import { createWire } from './wire.ts';

export interface Streams extends Pick<ProtocolOptions, 'everyFewSeconds'> {
  readonly input: Bytes;
  readonly write: (text: string) => unknown;
  /** Ends the serving as the end of the input does. */
  readonly signal?: AbortSignal;
}

/** Serves until the input ends. */
export async function serveStdio(server: McpServer, streams: Streams): Promise<void> {
  const { input, write, signal, everyFewSeconds } = streams;
  const { createProtocolServer, serveConnection } = await loadProtocol();
  const ended = new AbortController();
  const wire = createWire(write);
  const connection = serveConnection(() => createProtocolServer(server, { ended: ended.signal, everyFewSeconds }), {
    transport: wire.transport,
  });
  for await (const line of linesOf(input, signal)) wire.take(line);
  ended.abort();
  // What the end of the input cut short is answered all the same: a pipe may still be read.
  await wire.answered();
  await connection.close();
}

/** The package is the larger part of a start: nobody who does not serve loads it. */
async function loadProtocol() {
  // A schema is compiled when it is first used, and most are used once.
  config({ jitless: true });
  const [{ serveStdio: serveConnection }, { createProtocolServer }] = await Promise.all([
    import('@modelcontextprotocol/server/stdio'),
    import('./protocol.ts'),
  ]);
  return { serveConnection, createProtocolServer };
}
