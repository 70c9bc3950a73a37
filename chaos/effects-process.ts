/** The effects server as a process that no kill of ours is aimed at. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Runs until it is disposed of. */
export interface EffectsProcess extends AsyncDisposable {
  readonly url: string;
}

/** Resolves when it accepts effects. */
export async function startEffectsProcess(logFile: string): Promise<EffectsProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'effects-server.ts'), logFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    exited.then(() => Promise.reject(new Error('the effects server ended at once'))),
  ])) as [Buffer];
  const { url } = JSON.parse(line.toString('utf8')) as { readonly url: string };
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}
