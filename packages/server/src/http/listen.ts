/**
 * Puts the app on a loopback port, and for our own command line on a unix socket: while the server is away anybody may
 * take the port, and would be given the owner's key. Requests that are no HTTP, or that Node refuses before the app
 * sees them, get the same error body as all others.
 */

import { chmodSync, rmSync } from 'node:fs';
import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { errorCatalogue, isPerdureError, PerdureError, type ErrorBody } from '@perdure/contract';
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
  /** How long a client may take to say what it wants. */
  readonly patience?: Patience;
  /** What becomes of requests to be a socket; absent: none do. */
  readonly sockets?: Sockets;
}

export interface Patience {
  /** To send the head of a request, in milliseconds. */
  readonly headMs: number;
  /** To send all of it, in milliseconds. */
  readonly requestMs: number;
  /** How often is looked who takes too long. */
  readonly lookMs: number;
}

/** A head comes in one piece, a large file over a slow line does not. */
const usualPatience: Patience = { headMs: 15_000, requestMs: 300_000, lookMs: 5_000 };

export interface Sockets {
  readonly path: string;
  /** @throws PerdureError where the request must not become one */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends them all; nobody can connect any more. */
  close(): void;
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
  const { newId, log, sockets, patience = usualPatience } = options;
  const server = createServer(
    {
      headersTimeout: patience.headMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: patience.lookMs,
      // A request without a Host is refused by the app, in words.
      requireHostHeader: false,
      // What wants to become something else is answered as if it did not.
      shouldUpgradeCallback: (request) => isForSocket(request, sockets),
    },
    getRequestListener(app.fetch, {
      overrideGlobalObjects: false,
      errorHandler: (error) => errorResponse(asRefusal(error), { requestId: newId(), method: '?', path: '?', log }),
    }),
  );
  server.on('clientError', (error, socket) => refuseRaw(socket, { ...unreadable(error), requestId: newId() }));
  server.on('connect', ({ url }, socket) => refuseRaw(socket, { ...noProxy(url), requestId: newId() }));
  server.on('checkExpectation', ({ socket }) => refuseRaw(socket, { ...noExpectations, requestId: newId() }));
  server.on('upgrade', (request, socket, head) => {
    // A client that goes away in the middle is no failure of ours.
    socket.on('error', () => undefined);
    try {
      sockets?.accept(request, socket, head);
    } catch (error) {
      refuseRaw(socket, { ...refusalOf(error), requestId: newId() });
    }
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const closeSocket = options.socket === undefined ? () => undefined : await listenOnSocket(server, options.socket);
  return {
    port,
    close: async () => {
      closeSocket();
      await closeGracefully(server, options.graceMs ?? 2_000, () => sockets?.close());
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
const tooLong: Refusal = {
  status: '431 Request Header Fields Too Large',
  code: 'too_large',
  error: 'The address and the headers are longer than 16 KiB together; shorten them.',
};
const tooSlow: Refusal = {
  status: '408 Request Timeout',
  code: 'invalid_input',
  error: 'The request took too long to come; send it again in one piece.',
};

/** Why Node could not make a request of what came. */
function unreadable({ code }: NodeJS.ErrnoException): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return tooLong;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? tooSlow : notHttp;
}
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

function isForSocket({ url = '', headers }: IncomingMessage, sockets: Sockets | undefined): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && url.split('?', 1)[0] === sockets?.path;
}

function refusalOf(thrown: unknown): Refusal {
  const error = isPerdureError(thrown) ? thrown : new PerdureError('internal', 'The socket could not be opened.');
  const { httpStatus } = errorCatalogue[error.code];
  return { status: `${httpStatus} ${STATUS_CODES[httpStatus]}`, code: error.code, error: error.message };
}

/** Where no request reaches the app, and so no answer of its own. */
function refuseRaw(socket: Duplex, { status, code, error, requestId }: Refusal & { readonly requestId: string }): void {
  if (!socket.writable) return;
  const body: ErrorBody = { error, code, details: {}, requestId };
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json',
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${JSON.stringify(body)}`);
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

/** Sockets end when nobody can connect any more: their clients are back at once. */
async function closeGracefully(server: Server, graceMs: number, closeSockets: () => void): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  closeSockets();
  // A connection whose answer ends now would be kept open for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
