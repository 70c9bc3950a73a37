/**
 * Text that was given on the command line: as it is, `-` for stdin, and where a file may be meant `@file` for its
 * content.
 */

import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import type { Rim } from './rim.ts';

/** A value as it is, or from stdin; there the line break at the end goes, for nobody meant it. */
export async function givenText(rim: Pick<Rim, 'stdin'>, given: string): Promise<string> {
  return given === '-' ? (await readStdin(rim)).replace(/\r?\n$/, '') : given;
}

export interface TextSource {
  readonly text: string;
  /** Where it comes from, for messages. */
  readonly from: string;
}

/**
 * A value as it is, or from stdin or a file, whole. `name` is what one that was given as it is has come by, such as its
 * flag.
 */
export async function readGiven(rim: Rim, given: string, name: string): Promise<TextSource> {
  if (given === '-') return { text: await readStdin(rim), from: 'stdin' };
  if (given.startsWith('@')) return { text: readText(rim, given.slice(1)), from: given.slice(1) };
  return { text: given, from: name };
}

const mostBytes = 10_000_000;

/** All of stdin: at most 10 MB, and UTF-8. */
export async function readStdin({ stdin }: Pick<Rim, 'stdin'>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > mostBytes) throw new PerdureError('too_large', 'What comes on stdin is over 10 MB; send less.');
    chunks.push(bytes);
  }
  const whole = Buffer.concat(chunks);
  // The mark that some programs begin a text with is no part of it.
  if (isUtf8(whole)) return whole.toString('utf8').replace(/^\uFEFF/, '');
  throw new PerdureError('invalid_input', 'What comes on stdin is not UTF-8; convert it and try again.');
}

function readText(rim: Rim, file: string): string {
  try {
    // The mark that some editors begin a file with is no part of its text.
    return readFileSync(resolve(rim.cwd, file), 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new PerdureError('usage', `The input file ${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
