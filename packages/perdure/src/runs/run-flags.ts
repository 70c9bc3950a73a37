/** Flags of what starts a run and attends it. */

import { type Command, Option } from 'commander';
import { wholeNumber } from '../cli/options.ts';

export const watchMeaning = 'also what models write, as they write it; with --json: the events as NDJSON';

export function withRunFlags(command: Command): Command {
  return command
    .option('--input <json>', 'input as JSON, as @file, or - for stdin; instead of a prompt')
    .option('--watch', watchMeaning)
    .option(
      '--wait <seconds>',
      'stop waiting after so long, the run goes on; 0 only prints its id',
      wholeNumber('--wait', 0, 86_400),
    )
    .addOption(idempotencyKey())
    .option(
      '--max-tokens <count>',
      'stop for attention before it uses more tokens',
      wholeNumber('--max-tokens', 1, 1e12),
    )
    .option(
      '--max-turns <count>',
      'stop for attention before it takes more model turns',
      wholeNumber('--max-turns', 1, 1e9),
    )
    .option('--max-minutes <count>', 'stop for attention before it works longer', wholeNumber('--max-minutes', 1, 1e7));
}

export function idempotencyKey(): Option {
  return new Option('--idempotency-key <key>', 'the same key with the same input is the same run');
}
