/**
 * Sockets on the port of the HTTP API: `/v1/connect` and no other path. Host and Origin are looked at before anything
 * else, as of every request (A1, A2); whatever a client sends ends at most its own connection.
 */

import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { isSecure } from '../http/entrance.ts';
import type { Incoming } from '../http/listen.ts';
import { cookieIn, sessionCookie } from '../http/session-cookie.ts';
import { HubConnection, type ConnectionDeps } from './connection.ts';
import type { Socket } from './socket.ts';

export const socketPath = '/v1/connect';

/** Bytes of a frame. */
const maxFrameBytes = 1_048_576;
/** A reason of a close has room for 123 bytes. */
const mostReason = 100;

export interface SocketServer {
  /** @throws PerdureError where the request must not become a socket */
  accept(request: IncomingMessage, incoming: Incoming): void;
  /** Once a second: who is silent, who has not said who they are. */
  tick(now: number): void;
  /** Says goodbye to all; call it when nobody can connect any more. */
  close(): void;
}

export type SocketServerDeps = Omit<ConnectionDeps, 'socket' | 'address' | 'base' | 'cookie'>;

export function createSocketServer(deps: SocketServerDeps): SocketServer {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    clientTracking: false,
  });
  const connections = new Set<HubConnection>();
  const welcome = (socket: WebSocket, client: Pick<ConnectionDeps, 'address' | 'base' | 'cookie'>): void => {
    const connection = new HubConnection({ ...deps, ...client, socket: socketOf(socket) });
    connections.add(connection);
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      connection.receive(isBinary ? undefined : data.toString('utf8'));
    });
    socket.on('ping', () => connection.control());
    socket.on('pong', () => connection.control());
    // What is wrong with a frame closes the connection by itself; an error that nobody hears would end the process.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connections.delete(connection);
      connection.ended();
    });
  };
  return {
    accept: (request, { socket, head, entrance }) => {
      const arrival = entrance(headersOf(request), request.socket.remoteAddress);
      // A5: what a page opens says from which page, and that was looked at above.
      const { origin, cookie: all } = request.headers;
      const { name } = sessionCookie({ isSecure: isSecure(arrival) });
      const cookie = origin === undefined ? undefined : cookieIn(all, name);
      server.handleUpgrade(request, socket, head, (opened) => welcome(opened, { ...arrival, cookie }));
    },
    tick: (now) => {
      for (const connection of connections) connection.tick(now);
      deps.switchboard.tick(now);
    },
    close: () => {
      for (const connection of connections) connection.shutDown();
    },
  };
}

/** As of any other request: an entrance reads what it wants. */
function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}

function socketOf(socket: WebSocket): Socket {
  let sent: Promise<void> = Promise.resolve();
  return {
    get buffered() {
      return socket.bufferedAmount;
    },
    send: (text) => {
      sent = new Promise((resolve) => socket.send(text, () => resolve()));
    },
    flushed: async () => await sent,
    close: (code, { reason, isDead = false }) => {
      socket.close(code, reason.slice(0, mostReason));
      if (isDead) socket.terminate();
    },
  };
}
