/**
 * Runs a command line in a process group of its own, and leaves nothing of the group behind: neither when it ends, nor
 * when it is stopped, nor when this process is killed. For the last, a watcher in the group reads a pipe that we hold:
 * the kernel closes it when we die. What moves into a session of its own (a daemon) leaves the group, and us.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { createHeadAndTail } from './head-and-tail.ts';

/** `$$` leads the group, and stays its number when the command takes the place of the shell. */
const script = `
{ read -r _ <&3; kill -s KILL -- "-$$"; } </dev/null >/dev/null 2>&1 &
exec 3<&-
exec /bin/sh -c -- "$1"
`;

/** How long an output may stay open after its command ended, held by a process that left the group. */
const drainMs = 1_000;

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of each output; the middle of a longer one is left out. */
  readonly maxOutputBytes: number;
  /** Kills the whole group. */
  readonly signal: AbortSignal;
}

export interface CommandResult {
  /** 128 plus the number of the signal, for a command that one ended. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

/** Resolves when the command has ended, however it did. Rejects only where it cannot be started. */
export async function runCommand(command: string, options: CommandOptions): Promise<CommandResult> {
  const { cwd, env, maxOutputBytes, signal } = options;
  signal.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', script, 'perdure-shell', command], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const stdout = createHeadAndTail(maxOutputBytes);
  const stderr = createHeadAndTail(maxOutputBytes);
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const kill = () => killGroup(child);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const exitCode = await exitOf(child);
    return {
      exitCode,
      stdout: stdout.text(),
      stderr: stderr.text(),
      truncated: stdout.isTruncated || stderr.isTruncated,
    };
  } finally {
    signal.removeEventListener('abort', kill);
    for (const stream of child.stdio) (stream as Readable | null)?.destroy();
  }
}

async function exitOf(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code, signal) => {
    // What the command left running goes with it; the watcher does too, and its end of our pipe.
    killGroup(child);
    const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    // What lies in the pipes by then is read first: timers come before it where the loop has stood still.
    const drained = setTimeout(() => setImmediate(() => resolve(exitCode)), drainMs);
    child.once('close', () => {
      clearTimeout(drained);
      resolve(exitCode);
    });
  });
  return promise;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
