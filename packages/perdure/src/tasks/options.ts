/** Flags that commands about tasks share. */

import { InvalidArgumentError, type Command } from 'commander';
import { wholeNumber, type CommonOptions } from '../cli/options.ts';

/** Of every command that writes. */
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

/** A flag that may be given several times; its values in order. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** `id: title`, or an id alone. */
export function milestoneFlag(value: string, before: readonly MilestoneText[] = []): readonly MilestoneText[] {
  const [id = '', ...rest] = value.split(':');
  if (id.trim() === '') throw new InvalidArgumentError('Write "id: title".');
  return [...before, { id: id.trim(), title: rest.join(':').trim() || id.trim() }];
}

export interface MilestoneText {
  readonly id: string;
  readonly title: string;
}
