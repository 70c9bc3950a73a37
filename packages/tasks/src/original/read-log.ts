/** The lines of an original's logs, also torn ones. */

import { parseExactJson } from '@perdure/contract';
import type { Leftovers } from './leftovers.ts';
import { isObject, type Fields } from './values.ts';

/** Events as they stand there, in order. What is no event is left over. */
export function readEvents(text: string, leftovers: Leftovers): readonly Fields[] {
  return linesOf(text).flatMap((line, index) => {
    const event = parse(line);
    if (isObject(event)) return [event];
    const second = glued(line);
    const rest = second === undefined ? line : line.slice(0, line.length - second.text.length);
    const why = second === undefined ? 'is no event' : 'is torn, and the event written behind it was read';
    leftovers.keepText('lines', rest, `Line ${index + 1} of the events ${why}`);
    return second === undefined ? [] : [second.event];
  });
}

/** Texts of progress lines, with their times in front as they stand there. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** Of those between lines: the end of the last one is none. */
export function countBlank(text: string): number {
  return text
    .split(/\r?\n/)
    .slice(0, -1)
    .filter((line) => line.trim() === '').length;
}

/** After a crash the original writes its next event right behind the torn one. */
function glued(line: string): { readonly text: string; readonly event: Fields } | undefined {
  for (
    let begin = line.indexOf('{"', 1), tries = 0;
    begin > 0 && tries < 20;
    begin = line.indexOf('{"', begin + 1), tries += 1
  ) {
    const text = line.slice(begin);
    const event = parse(text);
    if (isObject(event) && typeof event['type'] === 'string' && event['ts'] !== undefined) return { text, event };
  }
  return undefined;
}

export function parse(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
