/** The input of a run: a prompt, or JSON given as text, as `@file`, or as `-` for stdin. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import type { Rim } from './rim.ts';

export interface GivenInput {
  readonly prompt?: string;
  readonly input?: string;
}

/** `{ prompt }` for a prompt (`-` reads it from stdin), the value of `--input`, or `{}` where neither is given. */
export async function readInput(rim: Rim, given: GivenInput): Promise<unknown> {
  if (given.prompt !== undefined && given.input !== undefined) {
    throw new PerdureError(
      'usage',
      'A prompt and --input were both given: put the prompt into the input, or leave one out.',
    );
  }
  if (given.prompt !== undefined) return { prompt: given.prompt === '-' ? await readAll(rim.stdin) : given.prompt };
  if (given.input === undefined) return {};
  if (given.input === '-') return parseJson(await readAll(rim.stdin), 'stdin');
  if (given.input.startsWith('@')) return parseJson(readText(rim, given.input.slice(1)), given.input.slice(1));
  return parseJson(given.input, '--input');
}

function parseJson(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PerdureError('usage', `${from} is not JSON: ${(cause as Error).message}.`, { cause });
  }
}

function readText(rim: Rim, file: string): string {
  try {
    return readFileSync(resolve(rim.cwd, file), 'utf8');
  } catch (cause) {
    throw new PerdureError('usage', `The input file ${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

async function readAll(stream: Rim['stdin']): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks).toString('utf8');
}
