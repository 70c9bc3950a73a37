/** Argument fragments that commands share: the same flag means the same thing everywhere. */

import { PerdureError } from '@perdure/contract';
import type { Command } from 'commander';

/** Flags that every command understands. */
export interface CommonOptions {
  readonly home?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
}

export function withCommon(command: Command): Command {
  return command
    .option('--home <folder>', 'state root (default: PERDURE_HOME, the nearest .perdure/ upward, ~/.perdure)')
    .option('--json', 'data as JSON on stdout, errors as JSON on stderr')
    .option('--debug', 'show stacks of errors')
    .helpOption('-h, --help', 'show this help');
}

/** The flags that answer a question; which of them fit is told by the question. */
export function withAnswer(command: Command): Command {
  return command
    .option('--approve', 'approve a review, or the call of a tool')
    .option('--reject <feedback>', 'ask for changes, or refuse the call, and say why')
    .option(
      '--done [json]',
      'a call whose outcome is not known took effect; with its result, where the question shows one',
    )
    .option('--run-again', 'it did not take effect: run it again')
    .option('--fail <reason>', 'let it count as failed, and say why');
}

/** A whole number from `least` to `most`, else a usage error that names the flag. */
export function wholeNumber(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new PerdureError('usage', `${flag} takes a whole number from ${least} to ${most}, not "${text}".`);
  };
}
