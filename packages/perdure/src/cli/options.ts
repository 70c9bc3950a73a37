/** Argument fragments that commands share: the same flag means the same thing everywhere. */

import { PerdureError } from '@perdure/contract';
import { parseDuration } from '@perdure/home';
import type { Command } from 'commander';

/** Flags that every command understands. */
export interface CommonOptions {
  readonly home?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** Of commands of the hub: as whom. */
export interface SpeakerOptions extends CommonOptions {
  /** A handle. */
  readonly as?: string;
}

/** Lets each command that was declared below speak as somebody else. */
export function withSpeaker(command: Command): void {
  if (command.commands.length === 0) {
    command.option('--as <handle>', 'speak with the key that is kept of this principal (default: the owner)');
  }
  command.commands.forEach(withSpeaker);
}

export function withCommon(command: Command): Command {
  return command
    .option('--home <folder>', 'state root (default: PERDURE_HOME, the nearest .perdure/ upward, ~/.perdure)')
    .option('--json', 'data as JSON on stdout, errors as JSON on stderr')
    .option('--debug', 'show stacks of errors')
    .helpOption('-h, --help', 'show this help');
}

/** A whole number from `least` to `most`, else a usage error that names the flag. */
export function wholeNumber(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new PerdureError('usage', `${flag} takes a whole number from ${least} to ${most}, not "${text}".`);
  };
}

/** A span of time in milliseconds, else a usage error that names the flag. */
export function span(flag: string): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    throw new PerdureError('usage', `${flag} takes a number with a unit, as 30d or 12h, not "${text}".`);
  };
}

/** A flag that may be given several times; its values in order. */
export function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/**
 * Refuses the second value of a flag that takes one, in every command below: one of the two would be lost without a
 * word. A flag takes several where it is variadic, or its parser takes what came before.
 */
export function refuseRepeats(command: Command): void {
  for (const option of command.options) {
    const takesValue = option.required || option.optional;
    // That of commander for choices takes what came before, and makes no list of it.
    const isList = option.variadic || (option.argChoices === undefined && (option.parseArg?.length ?? 1) > 1);
    if (!takesValue || isList) continue;
    let isGiven = false;
    command.on(`option:${option.name()}`, () => {
      if (isGiven) {
        throw new PerdureError(
          'usage',
          `${option.long ?? option.flags} takes one value and is given twice; give it once.`,
        );
      }
      isGiven = true;
    });
  }
  command.commands.forEach(refuseRepeats);
}
