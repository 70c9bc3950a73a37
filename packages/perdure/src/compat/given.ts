/** What callers give as text: lines, and values as JSON. */

import { PerdureError } from '@perdure/contract';
import { givenJson } from '../tasks/parse.ts';
import type { Call } from './call.ts';

/** The original takes any text for a line; a line break in one would forge another in the log. */
export function inOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** The value of an option that takes JSON; undefined where it was not given. `-` is no word for stdin there. */
export async function jsonOf({ rim, values }: Pick<Call, 'rim' | 'values'>, name: string): Promise<unknown> {
  const text = values[name];
  const flag = `--${name.replaceAll('_', '-')}`;
  if (typeof text !== 'string') return undefined;
  if (text === '-') throw new PerdureError('usage', `${flag} is not JSON; put it in single quotes.`);
  return await givenJson(rim, text, flag);
}
