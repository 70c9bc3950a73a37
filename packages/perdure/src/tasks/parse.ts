/** Where what was typed becomes data: schemas of the contract, one sentence for what does not fit, bounds for JSON. */

import { parseExactJson, PerdureError, taskIdPattern, taskIdRule } from '@perdure/contract';
import type { z } from 'zod';
import { readStdin } from '../cli/given-text.ts';
import type { Rim } from '../cli/rim.ts';
import { oneLine } from '../text/format.ts';

/** `name` is the flag or argument, for the message. */
export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, name: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw unfit([name, ...(issue?.path ?? [])].map(String).join('.'), issue?.message ?? 'does not fit');
}

/** Without a schema, as are lines and texts: what is called hundreds of times does not load what others need. */
export function parseTaskId(id: string): string {
  if (taskIdPattern.test(id)) return id;
  throw unfit('The task id', taskIdRule);
}

function unfit(where: string, why: string): PerdureError {
  return new PerdureError(
    'invalid_input',
    `${where} cannot be taken (${oneLine(why, 200)}); correct it and try again.`,
  );
}

/** One line: a line break in it would forge a line of the progress log. */
export function parseLine(text: string, name: string, most: number): string {
  if (text.length <= most && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return text;
  const rule = `one line of at most ${most} characters without control characters`;
  throw new PerdureError('invalid_input', `${name} must be ${rule}; shorten it, and put details into an event.`);
}

export function parseText(text: string, name: string, most: number): string {
  if (text.length <= most) return text;
  throw new PerdureError('invalid_input', `${name} has ${text.length} characters and may have ${most}; shorten it.`);
}

/** Deeper than this is no data that anybody wrote, and programs that read it back may not stand it. */
const deepest = 50;

export async function givenJson(rim: Pick<Rim, 'stdin'>, given: string, name: string): Promise<unknown> {
  return parseJson(given === '-' ? await readStdin(rim) : given, name);
}

function parseJson(text: string, name: string): unknown {
  if (isTooDeep(text)) {
    throw new PerdureError('invalid_input', `${name} is nested deeper than ${deepest} levels; flatten it.`);
  }
  try {
    return parseExactJson(text);
  } catch (cause) {
    const problem = oneLine((cause as Error).message, 120);
    throw new PerdureError('usage', `${name} is not JSON (${problem}); put it in single quotes, or send it by -.`, {
      cause,
    });
  }
}

/** Looks at the text, since the parser itself may not survive what it is protected from. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isInText && character === '\\') at += 1;
    else if (character === '"') isInText = !isInText;
    else if (isInText) continue;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}
