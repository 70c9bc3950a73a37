/** The input of a run: a prompt, or JSON given as text, as `@file`, or as `-` for stdin. */

import { compact, lostNumber, PerdureError } from '@perdure/contract';
import { readGiven, readStdin } from '../cli/given-text.ts';
import type { Rim } from '../cli/rim.ts';

export interface RunInput {
  readonly prompt?: string;
  readonly input?: string;
}

/** `{ prompt }` for a prompt (`-` reads it from stdin), the value of `--input`, or `{}` where neither is given. */
export async function readInput(rim: Rim, given: RunInput): Promise<unknown> {
  if (given.prompt !== undefined && given.input !== undefined) {
    throw new PerdureError(
      'usage',
      'A prompt and --input were both given: put the prompt into the input, or leave one out.',
    );
  }
  if (given.prompt !== undefined) return { prompt: given.prompt === '-' ? await readStdin(rim) : given.prompt };
  if (given.input === undefined) return {};
  const { text, from } = await readGiven(rim, given.input, '--input');
  return parseJson(text, from);
}

function parseJson(text: string, from: string): unknown {
  const value = parsed(text, from);
  const lost = lostNumber(text);
  if (lost === undefined) return value;
  const problem = `The number ${lost.slice(0, 60)} in ${from} cannot be kept as it is: give it as a text, in quotes.`;
  throw new PerdureError('usage', problem);
}

function parsed(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PerdureError('usage', `${from} is not JSON: ${(cause as Error).message}.`, { cause });
  }
}

/** Headers of a request that starts a run. */
export function keyHeaders(key: string | undefined) {
  return compact({ headers: key === undefined ? undefined : { 'idempotency-key': key } });
}
