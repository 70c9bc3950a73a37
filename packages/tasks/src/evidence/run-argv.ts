/**
 * Runs a command as it is given, without a shell, in a process group of its own; nothing of the group is left when it
 * ends, nor when we do. Memory is bounded whatever it prints: the whole output is only hashed, and its end kept. What
 * moves into a session of its own (a daemon) leaves the group, and us.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { guardGroup } from './guard.ts';
import type { Environment } from './secrets.ts';

export interface RunOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly timeoutMs: number;
  /** How much of the output's end is kept. */
  readonly tailBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** What it may read from its standard input; absent: nothing. */
  readonly input?: string | undefined;
}

export type RunResult =
  | {
      readonly kind: 'ended';
      /** Null for a command that was killed, by us or by others. */
      readonly exitCode: number | null;
      readonly timedOut: boolean;
      /** SHA-256 of all that it printed, both outputs in the order of their arrival. */
      readonly outputDigest: string;
      readonly tail: Buffer;
    }
  | { readonly kind: 'not-started'; readonly errorCode: string };

/** What an output may still hold after the command ended, kept open by a process that left the group. */
const drainMs = 1_000;

/** Resolves when the command has ended, however it did. @throws the signal's reason, once everything is killed. */
export async function runArgv(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> {
  const { cwd, env, timeoutMs, tailBytes, signal, input } = options;
  signal?.throwIfAborted();
  const [program, ...args] = argv;
  let child;
  try {
    const where = { cwd, env: { ...env }, detached: true } as const;
    child =
      input === undefined
        ? spawn(program, args, { ...where, stdio: ['ignore', 'pipe', 'pipe'] })
        : spawn(program, args, { ...where, stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (error) {
    // Arguments that no process can have: a zero byte, or too many of them. Other failures are events.
    return { kind: 'not-started', errorCode: codeOf(error) };
  }
  const guard = child.pid === undefined ? undefined : guardGroup(child.pid);
  // It may end without reading all of it.
  child.stdin?.on('error', () => undefined).end(input);
  const output = createOutput(tailBytes);
  child.stdout.on('data', output.push);
  child.stderr.on('data', output.push);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, timeoutMs);
  const kill = () => killGroup(child);
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const exitCode = await exitOf(child);
    signal?.throwIfAborted();
    return { kind: 'ended', exitCode: timedOut ? null : exitCode, timedOut, ...output.end() };
  } catch (error) {
    signal?.throwIfAborted();
    return { kind: 'not-started', errorCode: codeOf(error) };
  } finally {
    clearTimeout(timer);
    guard?.release();
    signal?.removeEventListener('abort', kill);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('exit', (code) => {
    // What the command left running goes with it.
    killGroup(child);
    // What lies in the pipes by then is read first: timers come before it where the loop has stood still.
    const drained = setTimeout(() => setImmediate(() => resolve(code)), drainMs);
    child.once('close', () => {
      clearTimeout(drained);
      resolve(code);
    });
  });
  return promise;
}

function createOutput(tailBytes: number) {
  const hash = createHash('sha256');
  let tail: Buffer = Buffer.alloc(0);
  return {
    push: (chunk: Buffer): void => {
      hash.update(chunk);
      const joined = chunk.length >= tailBytes ? chunk : Buffer.concat([tail, chunk]);
      tail = Buffer.from(joined.subarray(Math.max(0, joined.length - tailBytes)));
    },
    end: () => ({ outputDigest: hash.digest('hex'), tail }),
  };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
