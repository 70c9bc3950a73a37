/** What programs read: every answer in one envelope, lists as one line each. */

import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';

const schemaVersion = 1;

export function answer(rim: Rim, options: CommonOptions, data: unknown, text: () => string): void {
  printData(rim, options, { schema_version: schemaVersion, data }, text);
}

/** A page of a list as NDJSON; where there is more, the last line has `next` instead of `data`. */
export function printLines(rim: Rim, rows: readonly unknown[], next?: string): void {
  const lines = [...rows.map((data) => ({ data })), ...(next === undefined ? [] : [{ next }])];
  for (const line of lines) rim.stdout.write(`${JSON.stringify({ schema_version: schemaVersion, ...line })}\n`);
}

export function warn(rim: Rim, options: CommonOptions, warning: string): void {
  say(rim, options.json === true ? JSON.stringify({ warning }) : `perdure: ${warning}`);
}
