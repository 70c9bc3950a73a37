/**
 * The worker's side of Restate: what it serves to the engine, over HTTP/2 on loopback.
 *
 * One virtual object per run with one exclusive handler, so the engine keeps one driver per run (E2), retries it (E3)
 * and queues a wake that comes during a drive (E4). Nothing is journaled there: the handler only drives, the record is
 * ours. The attempt's abort signal is ignored on purpose: it fires when the engine dies while our work is fine (R4 lets
 * the next attempt join it).
 */

import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { PerdureError } from '@perdure/contract';
import {
  createEndpointHandler,
  object,
  service,
  type LoggerTransport,
  type ObjectContext,
} from '@restatedev/restate-sdk';
import { retryDelays, type Drive } from '../port.ts';
import { driveHandler, pingHandler, probeService, runObject } from './names.ts';
import { lineOf } from './sdk-log.ts';

const day = 24 * 3_600_000;
/**
 * How long the engine remembers a call that is over. Nobody asks for it, and by default each wake and each question
 * whether the engine takes calls would lie there for a day.
 */
const idempotencyRetention = 2 * 60_000;

/**
 * `kill`, not `pause`: a paused invocation would hold its run's key for ever. The record and the sweep bring the run
 * back. Tries span about two minutes of an absent worker.
 */
const retryPolicy = {
  initialInterval: retryDelays.first,
  exponentiationFactor: 2,
  maxInterval: retryDelays.longest,
  maxAttempts: 120,
  onMaxAttempts: 'kill',
} as const;

export interface EndpointOptions {
  readonly port: number;
  readonly drive: Drive;
  /** Receives what the SDK has to say; run ids may be in it, inputs are not. */
  readonly log: (message: string) => void;
}

export interface Endpoint {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws PerdureError `port_busy` */
export async function serveEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const runs = object({
    name: runObject,
    handlers: { [driveHandler]: (ctx: ObjectContext) => options.drive(ctx.key) },
    options: { inactivityTimeout: day, abortTimeout: day, journalRetention: 0, idempotencyRetention, retryPolicy },
  });
  const probe = service({
    name: probeService,
    handlers: { [pingHandler]: async () => 'pong' },
    // Who asks has long gone when a second try would come.
    options: { journalRetention: 0, idempotencyRetention, retryPolicy: { maxAttempts: 1, onMaxAttempts: 'kill' } },
  });
  const logger: LoggerTransport = (meta, ...parts) => {
    const line = lineOf(meta, parts.map(String).join(' '));
    if (line !== undefined) options.log(line);
  };
  const server = createServer(createEndpointHandler({ services: [runs, probe], logger }));
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  const port = await listen(server, options.port);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

function listen(server: Http2Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new PerdureError('port_busy', `Port ${port} is in use; choose another for the worker with --worker-port.`)
          : error,
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
