/**
 * Puts the app on a loopback port, and for our own command line on a unix socket: while the server is away anybody may
 * take the port, and would be given the owner's key. Beyond loopback it is put on a port of its own, behind a gate.
 * Requests that are no HTTP, or that Node refuses before the app sees them, get the same error body as all others.
 */

import { constants } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import { PerdureError } from '@perdure/contract';
import type { Log } from '@perdure/runs/desk';
import type { App } from './app.ts';
import { loopbackEntrance, type Entrance } from './entrance.ts';
import { errorResponse } from './errors.ts';
import { standBefore, type GateRules } from './gate.ts';
import { noExpectations, noProxy, notOverTls, refusalOf, refuseRaw, unreadable } from './raw-refusal.ts';

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
  /** What comes to the loopback port and the socket; by default programs of this machine alone. */
  readonly entrance?: Entrance;
  /** The port beyond loopback; absent: there is none. */
  readonly beyond?: Beyond;
}

export interface Beyond extends Pick<GateRules, 'admits' | 'mostOfOne'> {
  /** Absent: every address of this machine. */
  readonly host?: string;
  readonly port: number;
  readonly entrance: Entrance;
  /** Whether TLS ends here, with the certificate that `useCertificate` was given last. */
  readonly isTls: boolean;
}

export interface Patience {
  /** To send the head of a request, in milliseconds. */
  readonly headMs: number;
  /** To send all of it, in milliseconds. */
  readonly requestMs: number;
  /** How often is looked who takes too long. */
  readonly lookMs: number;
  /** To agree on how to encrypt, in milliseconds; default 10,000. */
  readonly handshakeMs?: number;
}

/** A head comes in one piece, a large file over a slow line does not. */
const usualPatience: Patience = { headMs: 15_000, requestMs: 300_000, lookMs: 5_000 };

export interface Sockets {
  readonly path: string;
  /** @throws PerdureError where the request must not become one */
  accept(request: IncomingMessage, incoming: Incoming): void;
  /** Ends them all; nobody can connect any more. */
  close(): void;
}

export interface Incoming {
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly entrance: Entrance;
}

export interface HttpListener {
  readonly port: number;
  /** Absent: it listens on loopback alone. */
  readonly beyond?: BeyondListener;
  /** Stops accepting, lets requests in flight end, then cuts what is left. */
  close(): Promise<void>;
}

export interface BeyondListener {
  readonly port: number;
  /**
   * From now on; connections that are open go on with the one that they know. Before the first one nobody gets in.
   *
   * @throws what `node:tls` makes of one that it does not take
   */
  useCertificate(pair: { readonly cert: string; readonly key: string }): void;
}

const loopback = '127.0.0.1';
const sweepMs = 20;

/** @throws PerdureError `port_busy` */
export async function listenHttp(app: App, options: ListenOptions): Promise<HttpListener> {
  const { sockets, entrance = loopbackEntrance(), beyond, graceMs = 2_000 } = options;
  const connections = new Set<Socket>();
  const server = serve(createServer(limitsOf(options)), app, { ...options, entrance });
  keepTrack(server, connections);
  await listen(server, { port: options.port, host: loopback, flag: '--port' });
  const closeSocket = options.socket === undefined ? () => undefined : await listenOnSocket(server, options.socket);
  const outer = beyond === undefined ? undefined : await listenBeyond(app, beyond, { ...options, connections });
  const servers = outer === undefined ? [server] : [server, outer.server];
  return {
    port: portOf(server),
    ...(outer !== undefined && { beyond: outer.listener }),
    close: async () => {
      closeSocket();
      await closeGracefully(servers, { graceMs, connections, closeSockets: () => sockets?.close() });
    },
  };
}

interface ServeOptions extends Pick<ListenOptions, 'newId' | 'log' | 'sockets'> {
  readonly entrance: Entrance;
}

/** What every server is told, whatever it listens on. */
function limitsOf({ patience = usualPatience, sockets }: ListenOptions): ServerOptions {
  return {
    headersTimeout: patience.headMs,
    requestTimeout: patience.requestMs,
    connectionsCheckingInterval: patience.lookMs,
    // A request without a Host is refused by the app, in words.
    requireHostHeader: false,
    // What wants to become something else is answered as if it did not.
    shouldUpgradeCallback: (request) => isForSocket(request, sockets),
  };
}

function serve<Kind extends Server>(server: Kind, app: App, { newId, log, sockets, entrance }: ServeOptions): Kind {
  server.on(
    'request',
    getRequestListener((request, bindings) => app.fetch(request, { ...bindings, entrance }), {
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
      sockets?.accept(request, { socket, head, entrance });
    } catch (error) {
      refuseRaw(socket, { ...refusalOf(error), requestId: newId() });
    }
  });
  return server;
}

const usualHandshakeMs = 10_000;

interface BeyondOptions extends ListenOptions {
  readonly connections: Set<Socket>;
}

async function listenBeyond(app: App, beyond: Beyond, options: BeyondOptions) {
  const { isTls, port, host, entrance } = beyond;
  const { handshakeMs = usualHandshakeMs } = options.patience ?? {};
  const limits = limitsOf(options);
  const tls: TlsOptions = {
    minVersion: 'TLSv1.2',
    handshakeTimeout: handshakeMs,
    ALPNProtocols: ['http/1.1'],
    // A client that asks for new keys again and again has us do the work.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
  const encrypted = isTls ? createTlsServer({ ...limits, ...tls }) : undefined;
  // There is nobody to answer before it is agreed how to encrypt: whatever was queued for them would wait for ever.
  encrypted?.on('tlsClientError', (_error, socket) => socket.destroy());
  const server: Server = serve(encrypted ?? createServer(limits), app, { ...options, entrance });
  standBefore(server, {
    ...beyond,
    beginMs: handshakeMs,
    ...(isTls && { onPlain: (socket) => refuseRaw(socket, { ...notOverTls, requestId: options.newId() }) }),
  });
  keepTrack(server, options.connections);
  await listen(server, { port, ...(host !== undefined && { host }), flag: '--public-port' });
  const useCertificate: BeyondListener['useCertificate'] = (pair) => encrypted?.setSecureContext({ ...tls, ...pair });
  return { server, listener: { port: portOf(server), useCertificate } satisfies BeyondListener };
}

/** Of those that are open, whatever has become of them. */
function keepTrack(server: Server, connections: Set<Socket>): void {
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
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

function isForSocket({ url = '', headers }: IncomingMessage, sockets: Sockets | undefined): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && url.split('?', 1)[0] === sockets?.path;
}

interface ListenPlace {
  readonly port: number;
  readonly host?: string;
  /** Chooses another port. */
  readonly flag: string;
}

async function listen(server: Server, { flag, ...place }: ListenPlace): Promise<void> {
  const { port, host = 'all addresses' } = place;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(place, resolve);
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new PerdureError(
      'port_busy',
      `Port ${port} on ${host} is in use by another program; choose one with ${flag}.`,
      {
        cause,
        details: { port },
      },
    );
  }
}

/** Sockets end when nobody can connect any more: their clients are back at once. */
interface Closing {
  readonly graceMs: number;
  readonly connections: ReadonlySet<Socket>;
  readonly closeSockets: () => void;
}

async function closeGracefully(
  servers: readonly Server[],
  { graceMs, connections, closeSockets }: Closing,
): Promise<void> {
  const closed = Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  closeSockets();
  // A connection whose answer ends now would be kept open for the next request.
  const sweep = setInterval(() => servers.forEach((server) => server.closeIdleConnections()), sweepMs);
  const late = setTimeout(() => {
    // Those too that no request came over, or that have become sockets and answer nothing.
    for (const connection of connections) connection.destroy();
  }, graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(late);
}
