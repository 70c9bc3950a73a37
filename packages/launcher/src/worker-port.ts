/**
 * The port at which the engine finds the worker: the engine calls TCP alone.
 *
 * The launcher holds the port for as long as it lives, the engine's life being shorter. A worker that is started again
 * would leave it free for a moment, and whoever took it then, of any account, would have the engine's calls. Who calls
 * is handed over to the worker unread, and is its from then on: the worker knows the engine by its signature.
 */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { PerdureError } from '@perdure/contract';
import type { LauncherMessage } from '@perdure/process';

export interface WorkerPort {
  /** Who calls from now on is handed over to this worker; while it is away callers are turned away. */
  readonly handTo: (worker: ChildProcess) => void;
  close(): Promise<void>;
}

/** @throws PerdureError `port_busy` */
export async function holdWorkerPort(port: number): Promise<WorkerPort> {
  let worker: ChildProcess | undefined;
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (caller) => {
    caller.on('error', () => undefined);
    if (worker?.connected === true) handOver(caller, worker);
    else caller.destroy();
  });
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const problem = `Port ${port} (worker) was taken meanwhile: choose another one with --worker-port.`;
    throw new PerdureError('port_busy', problem, { cause });
  }
  return {
    handTo: (next) => (worker = next),
    async close() {
      const closed = once(server, 'close');
      worker = undefined;
      server.close();
      await closed;
    },
  };
}

function handOver(caller: Socket, worker: ChildProcess): void {
  worker.send({ type: 'caller' } satisfies LauncherMessage, caller, (error) => {
    if (error !== null) caller.destroy();
  });
}
