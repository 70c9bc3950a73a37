/** Data goes to stdout: JSON for programs, a few lines for people. Talk goes to stderr. */

import type { CommonOptions } from './options.ts';
import type { Rim } from './rim.ts';

/** Prints `data` with `--json`, else what `text` makes of it. */
export function printData(rim: Rim, options: CommonOptions, data: unknown, text: () => string): void {
  rim.stdout.write(`${options.json === true ? JSON.stringify(data) : text()}\n`);
}

/** One line of talk. */
export function say(rim: Rim, line: string): void {
  rim.stderr.write(`${line}\n`);
}
