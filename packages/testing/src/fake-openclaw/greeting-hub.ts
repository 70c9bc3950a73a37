/** As much of a hub as a gateway needs to say that its channel is connected: it knows one key, and greets. */

import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface GreetingHub extends AsyncDisposable {
  readonly url: string;
  /** From now on. */
  accept(key: string): void;
  /** How often. */
  greeted(): number;
  /** Whether a socket is open. */
  isConnected(): boolean;
}

export async function greetingHub(accepted: string): Promise<GreetingHub> {
  let key = accepted;
  const sockets = new Set<Socket>();
  let greeted = 0;
  const server = createServer((request, response) => {
    const isKnown = request.headers.authorization === `Bearer ${key}`;
    const answer = isKnown
      ? { data: answerTo(request.url ?? '/') }
      : { error: 'unauthenticated: this key opens nothing' };
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  server.on('upgrade', ({ headers }, socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const accept = hash('sha1', `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`, 'base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const greeting = Buffer.from(JSON.stringify({ type: 'authenticated', heartbeatIntervalMs: 600_000 }));
    greeted += 1;
    // A frame of text, whole, shorter than 126 bytes.
    socket.write(Buffer.concat([Buffer.from([0x81, greeting.length]), greeting]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accept: (other) => void (key = other),
    greeted: () => greeted,
    isConnected: () => sockets.size > 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const answerTo = (path: string): unknown =>
  path.startsWith('/api/v1/auth/me') ? { id: 'p-scout', handle: 'scout' } : [];
