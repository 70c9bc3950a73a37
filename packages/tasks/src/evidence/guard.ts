/**
 * Ends a process group when we end without a word, as by `kill -9` or for want of memory: a shell in a session of its
 * own waits for the end of a pipe that we alone hold open. Nothing has to be looked for afterwards. It stands beside
 * the group and not in it: a check is started as it is given, so that one that cannot be started is known.
 */

import { spawn } from 'node:child_process';

export interface Guard {
  /** The group has ended, and its number may soon be another's. */
  release(): void;
}

/** A line says that all is well; the end of the pipe without one, that nobody is left to say so. */
const script = 'read -r line || kill -s KILL -- "-$1"';

export function guardGroup(group: number): Guard {
  const options = { cwd: '/', env: {}, detached: true, stdio: ['pipe', 'ignore', 'ignore'] } as const;
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(group)], { ...options, stdio: [...options.stdio] });
  // Without it a check runs all the same.
  guard.on('error', () => undefined);
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  return { release: () => void guard.stdin?.end('ended\n') };
}
