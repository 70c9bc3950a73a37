/**
 * What a command prints. Data goes to stdout: a few lines for people, or for programs one envelope a line, the same for
 * every command: `{ "schema_version": 1, "data": … }`. Talk goes to stderr; so do errors (`failure.ts`).
 */

import { printable } from '../text/format.ts';
import { paintFor } from '../text/paint.ts';
import { columnsOf } from '../text/width.ts';
import type { CommonOptions } from './options.ts';
import type { Rim } from './rim.ts';

/** Grows when a reader of the envelope, or of the data of any command, would break. */
const schemaVersion = 1;

/** What an envelope holds beside its version. `next`: where the list goes on, for `--cursor`. */
type Content = { readonly data: unknown; readonly next?: string | undefined } | { readonly next: string };

function printEnvelope(rim: Pick<Rim, 'stdout'>, content: Content): void {
  rim.stdout.write(`${JSON.stringify({ schema_version: schemaVersion, ...content })}\n`);
}

/** What a person reads, made for a terminal of so many columns; undefined: for none. */
export type TextOf = (columns: number | undefined) => string;

/** Prints `data` with `--json`, else what `text` makes of it. */
export function printData(rim: Rim, options: CommonOptions, data: unknown, text: TextOf): void {
  printPage(rim, options, { data }, text);
}

/** The same for a page of a list; where there is more, the envelope has `next`, and a person is told how to go on. */
export function printPage(
  rim: Rim,
  options: CommonOptions,
  page: { readonly data: unknown; readonly next?: string | undefined },
  text: TextOf,
): void {
  const { data, next } = page;
  if (options.json === true) return printEnvelope(rim, { data, next });
  rim.stdout.write(`${text(columnsOf(rim.env, rim.stdout))}\n`);
  if (next !== undefined) say(rim, paintFor(rim.env, rim.stderr)('dim', `More: the same with --cursor ${next}`));
}

/** One thing of a stream that goes on, as a line of NDJSON. */
export function printLine(rim: Pick<Rim, 'stdout'>, data: unknown): void {
  printEnvelope(rim, { data });
}

/** A page of a list as NDJSON; where there is more, the last line has `next` instead of `data`. */
export function printLines(rim: Pick<Rim, 'stdout'>, rows: readonly unknown[], next?: string): void {
  for (const row of rows) printLine(rim, row);
  if (next !== undefined) printEnvelope(rim, { next });
}

/** One line of talk. */
export function say(rim: Pick<Rim, 'stderr'>, line: string): void {
  rim.stderr.write(`${line}\n`);
}

/** What did not go as it should and stops nothing. */
export function warn(rim: Pick<Rim, 'stderr'>, options: CommonOptions, warning: string): void {
  say(rim, options.json === true ? JSON.stringify({ warning }) : `perdure: ${printable(warning)}`);
}
