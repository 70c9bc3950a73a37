/** What declaring a command takes: the program, the rim, and one shape for nouns and verbs. */

import type { Command } from 'commander';
import { withCommon } from './options.ts';
import type { Rim } from './rim.ts';

export interface Declaration {
  readonly program: Command;
  readonly rim: Rim;
  /** Makes a commander action of a function of (arguments…, options) that answers an exit code. */
  readonly run: <A extends unknown[]>(command: (...given: A) => Promise<number>) => (...given: A) => Promise<void>;
}

interface Page {
  readonly summary: string;
  readonly example: string;
  /** What its noun does when no verb is given. */
  readonly isDefault?: boolean;
}

/** A command that does something: `use` is its name with its arguments. Every one has an example. */
export function leaf(parent: Command, use: string, { summary, example, isDefault = false }: Page): Command {
  return withCommon(parent.command(use, { isDefault }).description(summary)).addHelpText('after', examples(example));
}

/** A noun that only holds verbs. */
export function noun(parent: Command, name: string, summary: string): Command {
  return parent.command(name).description(summary).helpCommand(false);
}

export function examples(...lines: readonly string[]): string {
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
