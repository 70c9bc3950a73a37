/** A model server in a process of its own, so that what it costs is not counted with its client. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PerdureError } from '@perdure/contract';

export interface ServerProcess extends AsyncDisposable {
  /** What `AI_BASE_URL` would be. */
  readonly url: string;
}

/** `entry` tells its port when it is ready. */
export async function startServer(entry: URL, env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const child = fork(fileURLToPath(entry), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  const { port } = Object(message) as { readonly port?: unknown };
  if (typeof port !== 'number')
    throw new PerdureError('internal', `${entry.pathname} did not start; run it by hand to see why.`);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
