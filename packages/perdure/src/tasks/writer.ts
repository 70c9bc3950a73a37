/**
 * Who writes, and by what right. The name is the caller's word; the right is the token of a lease, of which only a hash
 * is ever stored.
 */

import { hostname, userInfo } from 'node:os';
import type { Writer } from '@perdure/tasks';
import type { Rim } from '../cli/rim.ts';
import { parseLine } from './parse.ts';
import type { WriteOptions } from './write-flags.ts';

export function writerOf(rim: Rim, options: WriteOptions): Writer {
  const token = options.lease ?? rim.env['PERDURE_LEASE'] ?? '';
  return {
    name: holderOf(rim, options),
    lease: token === '' ? undefined : token,
    revision: options.revision,
    ...(harnessOf(rim.env) === undefined ? {} : { isAgent: true as const }),
  };
}

/** Whether the caller said under which lease it writes, or that it writes under none. */
export function namesLease({ env }: Pick<Rim, 'env'>, { lease }: Pick<WriteOptions, 'lease'>): boolean {
  return lease !== undefined || env['PERDURE_LEASE'] !== undefined;
}

/** As the contract has it. */
const longestHolder = 200;

/**
 * `--holder`, else the harness, else the account; with the process that calls, so that two agents have two names.
 * `pid`: of that process.
 */
export function holderOf(
  { env, caller }: Pick<Rim, 'env' | 'caller'>,
  { holder }: Pick<WriteOptions, 'holder'>,
  pid = caller().lasting?.pid ?? process.ppid,
): string {
  if (holder !== undefined && holder.trim() !== '') return parseLine(holder, '--holder', longestHolder);
  return `${harnessOf(env) ?? accountName()}@${hostname()}:${pid}`.slice(0, longestHolder);
}

function harnessOf(env: Rim['env']): string | undefined {
  const names = Object.keys(env);
  if (names.some((name) => name === 'CLAUDECODE' || name.startsWith('CLAUDE_CODE'))) return 'claude-code';
  return names.some((name) => name === 'OPENCLAW' || name.startsWith('OPENCLAW_')) ? 'openclaw' : undefined;
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account that the machine has no name for, as in many containers.
    return 'unknown';
  }
}
