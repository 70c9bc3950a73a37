/**
 * Work that needs a process of its own: it is asked one thing, answers, and ends. Request and answer are JSON on pipes,
 * since arguments are for all to see. It is killed when the signal says so; should we be killed ourselves, the kernel
 * ends it by its processor time.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface AskOptions {
  readonly signal: AbortSignal;
  /** Of processor time; more than the signal allows it. */
  readonly cpuSeconds: number;
}

/** Undefined where the process ended without an answer: it was killed, or ran out of memory. */
export async function askProcess<A>(
  name: 'file-process' | 'sql-query-process',
  request: unknown,
  { signal, cpuSeconds }: AskOptions,
): Promise<A | undefined> {
  if (signal.aborted) return undefined;
  const entry = new URL(`./${name}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
  const limited = ['-c', 'ulimit -t "$1" && shift && exec "$@"', 'perdure-ask', String(cpuSeconds)];
  const child = spawn('/bin/sh', [...limited, process.execPath, '--max-old-space-size=128', fileURLToPath(entry)], {
    // Nothing of our environment: it holds keys.
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  try {
    const closed = once(child, 'close');
    // One that was killed reads nothing.
    child.stdin.on('error', () => undefined).end(JSON.stringify(request));
    const [answer] = await Promise.all([text(child.stdout), closed]);
    return answer === '' ? undefined : (JSON.parse(answer) as A);
  } catch {
    // It could not be started, or was killed in the middle of a word.
    return undefined;
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
