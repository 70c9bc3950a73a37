/**
 * Starts a program so that it cannot outlive us, even if we are killed with SIGKILL.
 *
 * A small shell stands between: it holds the reading end of a pipe of which we hold the other. When we end, however
 * that comes about, the kernel closes the pipe, and the shell sends TERM and, 5 s later, KILL. Nothing polls. The shell
 * ends with the program's exit code, and the program is its child, so the pid it signals cannot have become somebody
 * else's.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { PerdureError } from '@perdure/contract';

/**
 * Group leader, so the last line can end the watcher and its `sleep` along with it. Descriptor 3 tells us the program's
 * pid.
 */
const script = `
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
program=$!
{ read -r _ <&4; kill -TERM $program; sleep 5; kill -KILL $program; } </dev/null >/dev/null 2>&1 3>&- &
echo $program >&3
exec 4<&- 3>&-
wait $program
code=$?
trap '' TERM
kill -TERM 0
exit $code
`;

export interface ServerGuard {
  readonly pid: number;
  /** How it ended. */
  readonly exited: Promise<string>;
  /** Asks it to end, and ends it after 5 s. */
  end(): void;
}

export interface GuardOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Descriptor of the file that takes stdout and stderr. */
  readonly log: number;
}

export async function startGuarded(command: readonly string[], options: GuardOptions): Promise<ServerGuard> {
  const shell = spawn('/bin/sh', ['-c', script, 'perdure-guard', ...command], {
    cwd: options.cwd,
    env: options.env,
    // A process group of its own: Ctrl-C in the terminal is the launcher's business.
    detached: true,
    stdio: ['pipe', options.log, options.log, 'pipe'],
  });
  const exited = once(shell, 'exit').then(([code, signal]) =>
    describeExit(code as number | null, signal as string | null),
  );
  const end = () => shell.stdin?.destroy();
  // If somebody kills the shell alone, its watcher lives on and still listens.
  void exited.then(end);
  const pid = await readPid(shell);
  if (pid === undefined)
    throw new PerdureError('internal', `The guard of the engine, /bin/sh, failed at once: ${await exited}.`);
  return { pid, exited, end };
}

/** Undefined where it was not told. That a program has ended may be heard before the pid that it had. */
async function readPid(shell: ChildProcess): Promise<number | undefined> {
  const said = await text(shell.stdio[3] as Readable).catch(() => '');
  return said === '' ? undefined : Number(said);
}

/** A shell reports a signal as 128 plus its number. */
function describeExit(code: number | null, signal: string | null): string {
  if (signal !== null) return `ended by ${signal}`;
  return code !== null && code > 128 ? `ended by signal ${code - 128}` : `exit code ${code}`;
}
