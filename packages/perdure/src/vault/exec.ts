/**
 * `perdure vault exec`: a program with values in its environment, and in nothing else: neither in arguments nor in what
 * is printed here. Its exit code is ours.
 */

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { PerdureError } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { openReference, parseReference } from './open.ts';

export interface ExecOptions extends CommonOptions {
  readonly item: readonly string[];
  readonly reason?: string;
}

export async function execWith(rim: Rim, command: readonly string[], options: ExecOptions): Promise<number> {
  const client = connect(rim, options);
  const [program = '', ...args] = command;
  const reason = options.reason ?? `perdure vault exec: ${program}`.slice(0, 500);
  const given: Record<string, string> = {};
  for (const each of options.item) {
    const [, name, reference = ''] = /^(?:([^=/]+)=)?(.*)$/s.exec(each) ?? [];
    const parsed = parseReference(reference);
    if (name !== undefined && parsed.field === undefined) {
      throw new PerdureError('usage', `"${each}" gives one name to an item: say which field, as ${each}/<field>.`);
    }
    const fields = await openReference(client, parsed, reason);
    for (const [key, value] of Object.entries(fields)) given[name ?? variableOf(parsed.item, key)] = value;
  }
  return await runChild(rim, { program, args, env: { ...rim.env, ...given } });
}

/**
 * `api-key` of `mail` is `MAIL_API_KEY`: what an item is called was typed here, what its fields are called was not, and
 * must not become a `PATH` or an `LD_PRELOAD`.
 */
const variableOf = (item: string, key: string): string => `${item}_${key}`.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');

interface Started {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

async function runChild(rim: Rim, { program, args, env }: Started): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', cwd: rim.cwd, env });
  const release = rim.onStopSignal((signal) => void child.kill(signal));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', (cause: NodeJS.ErrnoException) => {
    const problem = `${program} cannot be started (${cause.code ?? 'unknown'}); check its name.`;
    reject(new PerdureError('usage', problem));
  });
  child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  try {
    return await promise;
  } finally {
    release();
  }
}
