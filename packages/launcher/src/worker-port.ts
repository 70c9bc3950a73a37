/**
 * The port at which the engine finds the worker, which listens on a unix socket of the state root: the engine calls TCP
 * alone.
 *
 * The launcher holds the port for as long as it lives, the engine's life being shorter. A worker that is started again
 * would leave it free for a moment, and whoever took it then, of any account, would have the engine's calls. What comes
 * is handed on unread: the worker knows the engine by its signature.
 */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { PerdureError } from '@perdure/contract';

export interface WorkerPort {
  close(): Promise<void>;
}

/** More than the worker keeps of callers it does not know, and the engine's own. */
const mostCallers = 512;

/** @throws PerdureError `port_busy` */
export async function holdWorkerPort(port: number, socketPath: string): Promise<WorkerPort> {
  const callers = new Set<Socket>();
  const server = createServer({ noDelay: true }, (caller) => {
    callers.add(caller);
    caller.on('close', () => callers.delete(caller));
    join(caller, connect(socketPath));
  });
  server.maxConnections = mostCallers;
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const problem = `Port ${port} (worker) was taken meanwhile: choose another one with --worker-port.`;
    throw new PerdureError('port_busy', problem, { cause });
  }
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const caller of callers) caller.destroy();
      await closed;
    },
  };
}

/** Each gets what the other says; one that ends, or was never there, ends both. */
function join(one: Socket, other: Socket): void {
  one.pipe(other);
  other.pipe(one);
  for (const [socket, peer] of [
    [one, other],
    [other, one],
  ] as const) {
    // It is closed after an error too, and why does not matter.
    socket.on('error', () => undefined);
    socket.on('close', () => peer.destroy());
  }
}
