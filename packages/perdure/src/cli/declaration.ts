/** What declaring a command takes: the program, the rim, and one shape for nouns and verbs. */

import type { Command } from 'commander';
import { withCommon } from './options.ts';
import type { Rim } from './rim.ts';

export interface Declaration {
  readonly program: Command;
  readonly rim: Rim;
  /** The command line. */
  readonly words: readonly string[];
  /** Makes a commander action of a function of (arguments…, options) that answers an exit code. */
  readonly run: <A extends unknown[]>(command: (...given: A) => Promise<number>) => (...given: A) => Promise<void>;
}

/** Commands that are declared together, by their first words. */
export interface Family<Declare> {
  readonly names: readonly string[];
  readonly declare: Declare;
}

/**
 * Declaring every command takes longer than most take to run. So where the next word of the command line names one,
 * only its family is declared; where it does not, as where help is asked for, all are.
 */
export function familiesFor<Declare>(
  families: readonly Family<Declare>[],
  word: string | undefined,
): readonly Declare[] {
  const named = families.filter(({ names }) => word !== undefined && names.includes(word));
  return (named.length > 0 ? named : families).map(({ declare }) => declare);
}

interface HelpPage {
  readonly summary: string;
  readonly example: string;
  /** What its noun does when no verb is given. */
  readonly isDefault?: boolean;
}

/** A command that does something: `use` is its name with its arguments. Every one has an example. */
export function leaf(parent: Command, use: string, { summary, example, isDefault = false }: HelpPage): Command {
  return withCommon(parent.command(use, { isDefault }).description(summary)).addHelpText('after', examples(example));
}

/** A noun that only holds verbs. */
export function noun(parent: Command, name: string, summary: string): Command {
  return parent.command(name).description(summary).helpCommand(false);
}

export function examples(...lines: readonly string[]): string {
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
