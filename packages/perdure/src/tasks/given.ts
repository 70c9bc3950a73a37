/** Text that was given as an argument, or as `-` on stdin: at most 10 MB, and UTF-8. */

import { isUtf8 } from 'node:buffer';
import { PerdureError } from '@perdure/contract';
import type { Rim } from '../cli/rim.ts';
import { parseJson } from './parse.ts';

const mostBytes = 10_000_000;

/** From stdin the line break at the end goes: nobody meant it. */
export async function givenText(rim: Rim, given: string): Promise<string> {
  return given === '-' ? (await readStdin(rim)).replace(/\r?\n$/, '') : given;
}

export async function givenJson(rim: Rim, given: string, name: string): Promise<unknown> {
  return parseJson(given === '-' ? await readStdin(rim) : given, name);
}

async function readStdin({ stdin }: Rim): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > mostBytes) throw new PerdureError('too_large', 'What comes on stdin is over 10 MB; send less.');
    chunks.push(bytes);
  }
  const whole = Buffer.concat(chunks);
  if (isUtf8(whole)) return whole.toString('utf8');
  throw new PerdureError('invalid_input', 'What comes on stdin is not UTF-8; convert it and try again.');
}
