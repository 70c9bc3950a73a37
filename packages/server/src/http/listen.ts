/**
 * Puts the app on a loopback port, and for our own command line on a unix socket: while the server is away anybody may
 * take the port, and would be given the owner's key. Requests that are no HTTP, or that Node refuses before the app
 * sees them, get the same error body as all others.
 */

import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { PerdureError, type ErrorBody } from '@perdure/contract';
import type { App } from './app.ts';
import { errorResponse } from './errors.ts';
import type { Log } from '@perdure/runs/desk';

export interface ListenOptions {
  readonly port: number;
  /** Path of the socket; what lies there is replaced. */
  readonly socket?: string;
  readonly newId: () => string;
  readonly log: Log;
  /** How long requests in flight may take to end when closing; default 2,000. */
  readonly graceMs?: number;
}

export interface HttpListener {
  readonly port: number;
  /** Stops accepting, lets requests in flight end, then cuts what is left. */
  close(): Promise<void>;
}

const host = '127.0.0.1';
const sweepMs = 20;

/** @throws PerdureError `port_busy` */
export async function listenHttp(app: App, options: ListenOptions): Promise<HttpListener> {
  const { newId, log } = options;
  const server = createServer(
    // A request without a Host is refused by the app, in words.
    { requireHostHeader: false },
    getRequestListener(app.fetch, {
      overrideGlobalObjects: false,
      errorHandler: (error) => errorResponse(asRefusal(error), { requestId: newId(), method: '?', path: '?', log }),
    }),
  );
  server.on('clientError', (_error, socket) => refuseRaw(socket, { ...notHttp, requestId: newId() }));
  server.on('connect', ({ url }, socket) => refuseRaw(socket, { ...noProxy(url), requestId: newId() }));
  server.on('checkExpectation', ({ socket }) => refuseRaw(socket, { ...noExpectations, requestId: newId() }));
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const closeSocket = options.socket === undefined ? () => undefined : await listenOnSocket(server, options.socket);
  return {
    port,
    close: async () => {
      closeSocket();
      await closeGracefully(server, options.graceMs ?? 2_000);
    },
  };
}

/** What comes to the socket is served, bounded and closed as what comes to the port. */
async function listenOnSocket(server: Server, path: string): Promise<() => void> {
  const door = createSocketServer((socket) => void server.emit('connection', socket));
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject);
    door.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return () => void door.close();
}

/** The listener refuses what it cannot make a request of; anything else that comes here is a bug of ours. */
function asRefusal(cause: unknown): unknown {
  if (!(cause instanceof Error && cause.name === 'RequestError')) return cause;
  return new PerdureError(
    'invalid_input',
    'The request line or a header cannot be read; correct it and send it again.',
    {
      cause,
    },
  );
}

type Refusal = Pick<ErrorBody, 'code' | 'error'> & { readonly status: string };

const notHttp: Refusal = {
  status: '400 Bad Request',
  code: 'invalid_input',
  error: 'This is not a valid HTTP request; correct it and send it again.',
};
const noExpectations: Refusal = {
  status: '417 Expectation Failed',
  code: 'invalid_input',
  error: 'The header Expect asks for what is not done here; leave it out and send the request again.',
};
const noProxy = (url: string | undefined): Refusal => ({
  status: '405 Method Not Allowed',
  code: 'method_not_allowed',
  error: `This is no proxy, so nothing is connected to ${url ?? 'another server'}; ask it without one.`,
});

/** Where no request reaches the app, and so no answer of its own. */
function refuseRaw(socket: Duplex, { status, code, error, requestId }: Refusal & { readonly requestId: string }): void {
  if (!socket.writable) return;
  const body: ErrorBody = { error, code, details: {}, requestId };
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n${JSON.stringify(body)}`,
  );
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new PerdureError(
      'port_busy',
      `Port ${port} on ${host} is in use by another program; choose one with --port.`,
      {
        cause,
        details: { port },
      },
    );
  }
}

async function closeGracefully(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection whose answer ends now would be kept open for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
