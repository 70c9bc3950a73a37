/** Unix sockets of this account alone, over which a line asks and a line answers. */

import { chmodSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';

/** A request names what it wants, and no more. */
const maxRequestBytes = 64 * 1024;
/** Who connects has something to ask. */
const askWithinMs = 10_000;

/**
 * Each connection is a conversation, which must not reject; those that are under way at the end are cut off. A file
 * left at the path by a server that died is replaced: one launcher owns a state root.
 */
export async function serveLines(
  path: string,
  converse: (socket: Socket) => Promise<void>,
): Promise<{ close(): Promise<void> }> {
  const conversations = new Map<Socket, Promise<void>>();
  const server = createServer((socket) => {
    // A worker that dies in mid write is no event for us.
    socket.on('error', () => socket.destroy());
    const done = converse(socket).finally(() => conversations.delete(socket));
    conversations.set(socket, done);
  });
  await rm(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      // At once: nobody connects before it is this account's alone.
      chmodSync(path, 0o600);
      resolve();
    });
  });
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      const ending = [...conversations.values()];
      for (const socket of conversations.keys()) socket.destroy();
      await Promise.all([closed, ...ending]);
    },
  };
}

/** Undefined where the connection ends before, says nothing in time, or too much. */
export async function lineOf(socket: Socket): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  return await new Promise((resolve) => {
    const end = (line: string | undefined): void => {
      clearTimeout(timer);
      socket.pause();
      socket.removeAllListeners('data');
      if (line === undefined) socket.destroy();
      resolve(line);
    };
    const timer = setTimeout(() => end(undefined), askWithinMs);
    socket.once('close', () => end(undefined));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      const at = chunk.indexOf(10);
      if (at >= 0)
        end(
          Buffer.concat(chunks)
            .subarray(0, size - chunk.length + at)
            .toString(),
        );
      else if (size > maxRequestBytes) end(undefined);
    });
  });
}
