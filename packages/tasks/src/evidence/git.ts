/**
 * Asks git. It never sees the caller's `GIT_…` variables (a hook sets them, and they would point it at another
 * repository or index), and it runs no hook, no filter and no file system monitor of the repository it looks at, and
 * fetches nothing: it is only asked for names.
 */

import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { PerdureError } from '@perdure/contract';
import type { Environment } from './secrets.ts';

export interface GitOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly input?: Buffer;
}

export interface GitAnswer {
  /** Null where it could not be started at all. */
  readonly exitCode: number | null;
  /** Bytes as characters of the same number, since paths need not be UTF-8. */
  readonly stdout: string;
  /** The first line of what it complained about. */
  readonly complaint: string;
}

const settings = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.untrackedCache', 'false'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Runs git to its end. Resolves also where it fails. */
export async function askGit(args: readonly string[], { cwd, env, input }: GitOptions): Promise<GitAnswer> {
  const child = spawn('git', [...settings, ...args], { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  // It may end without reading all of it.
  child.stdin.on('error', () => undefined).end(input);
  const [exitCode, stdout, stderr] = await Promise.all([exited, buffer(child.stdout), buffer(child.stderr)]);
  const [complaint = ''] = stderr.toString().split('\n', 1);
  return { exitCode, stdout: stdout.toString('latin1'), complaint };
}

/** The environment without what points git elsewhere. */
export function gitEnvironment(env: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => !/^GIT_(?!CONFIG|CEILING_DIRECTORIES|EXEC_PATH)/.test(name));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // A clone that lacks objects would fetch them by a program that its settings name.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
  };
}

/** What it answered. @throws PerdureError `invalid_input` with its complaint, where it failed. */
export async function demandGit(args: readonly string[], options: GitOptions): Promise<string> {
  const { exitCode, stdout, complaint } = await askGit(args, options);
  if (exitCode === 0) return stdout;
  const message = `Git cannot read what the check is about (${complaint}); put that right, or name other files with --paths.`;
  throw new PerdureError('invalid_input', message, { details: { command: args[0], exitCode } });
}
