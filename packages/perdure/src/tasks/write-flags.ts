/** Flags of every command that writes a task: by whom, under which lease, on which revision. */

import type { Command } from 'commander';
import { wholeNumber, type CommonOptions } from '../cli/options.ts';

export interface WriteOptions extends CommonOptions {
  readonly lease?: string;
  readonly holder?: string;
  readonly revision?: number;
  readonly latest?: boolean;
}

export function withWrite(command: Command): Command {
  return withHolder(command)
    .option('--lease <token>', 'token of the lease under which you write (default: PERDURE_LEASE)')
    .option('--revision <number>', 'refuse unless this is the newest one', wholeNumber('--revision', 1, 1e12))
    .option('--latest', 'write whatever the newest revision is (default)');
}

export function withHolder(command: Command): Command {
  return command.option('--holder <name>', 'who you are; a person is `owner` or `human:<name>` (default: found out)');
}
