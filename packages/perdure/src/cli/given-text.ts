/** A value on the command line: as it is, `@file` for the content of a file, `-` for stdin. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import type { Rim } from './rim.ts';

export interface GivenText {
  readonly text: string;
  /** Where it comes from, for messages. */
  readonly from: string;
}

/** `name` is what a value that was given as it is has come by, such as its flag. */
export async function readGiven(rim: Rim, given: string, name: string): Promise<GivenText> {
  if (given === '-') return { text: await readAll(rim.stdin), from: 'stdin' };
  if (given.startsWith('@')) return { text: readText(rim, given.slice(1)), from: given.slice(1) };
  return { text: given, from: name };
}

export async function readAll(stream: Rim['stdin']): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function readText(rim: Rim, file: string): string {
  try {
    return readFileSync(resolve(rim.cwd, file), 'utf8');
  } catch (cause) {
    throw new PerdureError('usage', `The input file ${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
