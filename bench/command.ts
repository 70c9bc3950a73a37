/** Whole processes, timed: the built command line as its users call it, and peers. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';

export const perdureCommand = join(import.meta.dirname, '../packages/perdure/bin/perdure');

/** @throws PerdureError `not_found` where nothing was built: the source would start far more slowly. */
export function requireBuild(): void {
  if (existsSync(join(perdureCommand, '../../dist/cli.js'))) return;
  throw new PerdureError('not_found', 'There is no built command line to measure; run `npm run build` first.');
}

export interface Ran {
  readonly ms: number;
  readonly stdout: string;
}

/** Runs a command to its end. @throws PerdureError where it does not end with 0. */
export function timeCommand(command: string, words: readonly string[], { cwd }: { readonly cwd?: string } = {}): Ran {
  const from = performance.now();
  const { status, stdout, stderr } = spawnSync(command, words, {
    cwd,
    env: plainEnv(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ms = performance.now() - from;
  if (status === 0) return { ms, stdout };
  throw new PerdureError('internal', `${command} ${words.join(' ')} ended with ${status}: ${stderr.slice(0, 300)}`);
}

/** Without what the shell says about its owner's Perdure; it is the built command that is measured. */
export function plainEnv(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) => !name.startsWith('PERDURE_') && !name.startsWith('NODE_'));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
