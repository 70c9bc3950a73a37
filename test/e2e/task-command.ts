/** Task commands as processes of their own, in a folder with a state root. No server runs. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const main = fileURLToPath(import.meta.resolve('perdure/main'));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Given {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `perdure task …`; killed at the latest when the test ends. */
export function startTask(argv: readonly string[], { cwd, env = {} }: Given): Started {
  const child = spawn(process.execPath, [main, 'task', ...argv], {
    cwd,
    env: { ...process.env, PERDURE_HOME: '', PERDURE_LEASE: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { child, outcome: ended.then(([, stdout, stderr]) => ({ code: child.exitCode, stdout, stderr })) };
}

export interface Started {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

export function runTask(argv: readonly string[], given: Given): Promise<Outcome> {
  return startTask(argv, given).outcome;
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests look at what programs get: plain JSON
export type Data = any;

/** With `--json`, the `data` of its answer. @throws where there is none */
export async function taskData(argv: readonly string[], given: Given): Promise<Data> {
  const { code, stdout, stderr } = await runTask([...argv, '--json'], given);
  if (stdout === '') throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr}`);
  return (JSON.parse(stdout) as { readonly data: Data }).data;
}
