/**
 * The server's end of the live view: a unix socket to which workers write lines. A worker that (re)connects may have
 * committed while it was away, so each connection begins with a nudge to every watcher.
 */

import { chmodSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { createLiveHub, type LiveHub, type LiveHubOptions } from './hub.ts';
import { decodeLine, maxLineLength } from './wire.ts';

export interface LiveBus extends Omit<LiveHub, 'close'> {
  close(): Promise<void>;
}

export interface ListenLiveOptions extends LiveHubOptions {
  /** Path of the socket. A file left there by a server that died is replaced: one launcher owns a state root. */
  readonly path: string;
}

export async function listenLive(options: ListenLiveOptions): Promise<LiveBus> {
  const hub = createLiveHub(options);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A worker that dies in mid write is no event for us.
    socket.on('error', () => socket.destroy());
    receive(socket, hub);
    hub.nudgeAll();
  });
  await rm(options.path, { force: true });
  await listen(server, options.path);
  return {
    ...hub,
    async close() {
      hub.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function receive(socket: Socket, hub: LiveHub): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  socket.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = decodeLine(line);
      if (message !== undefined) hub.publish(message.runId, message.signal);
    }
    if (rest.length > maxLineLength) socket.destroy();
  });
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      // At once: nobody connects before it is this account's alone, nor before whoever started it knows.
      chmodSync(path, 0o600);
      resolve();
    });
  });
}
