/**
 * The worker's side of Restate: what it serves to the engine, over HTTP/2.
 *
 * Only calls that the engine has signed are taken: of any other nothing but the head is read, and its connection ends.
 * So no other account of the machine can drive a run, or send the worker more than it can hold. The first call of a
 * connection is enough: whoever signed it is at its other end for as long as it lives, and to check a signature takes
 * as long as a drive of several steps.
 *
 * One virtual object per run with one exclusive handler, so the engine keeps one driver per run (E2), retries it (E3)
 * and queues a wake that comes during a drive (E4). Nothing is journaled there: the handler only drives, the record is
 * ours. The attempt's abort signal is ignored on purpose: it fires when the engine dies while our work is fine (R4 lets
 * the next attempt join it).
 */

import { chmodSync, rmSync } from 'node:fs';
import {
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
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
import { createStrangers, type Strangers } from './strangers.ts';

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

/** A port of 127.0.0.1, or the path of a unix socket: what lies there is replaced. */
export type EndpointAddress = { readonly port: number } | { readonly socket: string };

export interface EndpointOptions {
  readonly at: EndpointAddress;
  /** The public half of the key with which the engine signs. */
  readonly engineKey: string;
  readonly drive: Drive;
  /** Receives what the SDK has to say; run ids may be in it, inputs are not. */
  readonly log: (message: string) => void;
}

export interface Endpoint {
  /** 0 on a socket. */
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
  const served = { services: [runs, probe], logger };
  const answer = createEndpointHandler(served);
  const answerSigned = createEndpointHandler({ ...served, identityKeys: [options.engineKey] });
  const strangers = createStrangers();
  const server = createServer(heads, (request, response) => {
    if (strangers.isProven(request.stream.session)) {
      answer(request, response);
      return;
    }
    answerSigned(request, response);
    judge(request, response, strangers);
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    strangers.add(session);
    // Who breaks a connection off is no event for us.
    session.on('error', () => undefined);
    session.on('close', () => sessions.delete(session));
  });
  const port = await listen(server, options.at);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

/** The engine's heads have half a dozen short lines; bodies are read of signed calls alone. */
const heads = { maxHeaderListPairs: 64, settings: { maxHeaderListSize: 16_384 } };

/** The SDK has begun its answer by now: with 200 to a call that is signed, with anything else to a stranger. */
function judge(request: Http2ServerRequest, response: Http2ServerResponse, strangers: Strangers): void {
  const { session } = request.stream;
  if (session === undefined) return;
  const isSigned = response.statusCode === 200 && !request.url.startsWith('/health');
  if (isSigned) {
    strangers.prove(session as ServerHttp2Session);
    return;
  }
  // The SDK would read a body to its end, however long that is.
  response.stream.once('close', () => session.destroy());
  response.stream.close();
}

function listen(server: Http2Server, at: EndpointAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new PerdureError('port_busy', `${addressOf(at)} is in use; choose another for the worker.`)
          : error,
      );
    });
    if ('socket' in at) {
      rmSync(at.socket, { force: true });
      server.listen(at.socket, () => {
        chmodSync(at.socket, 0o600);
        resolve(0);
      });
    } else {
      server.listen(at.port, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : at.port);
      });
    }
  });
}

function addressOf(at: EndpointAddress): string {
  return 'port' in at ? `Port ${at.port}` : at.socket;
}
