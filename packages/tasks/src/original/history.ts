/**
 * What the original's logs say of a task, as the log here keeps it: as it stands there, with the newest where not all
 * of it fits.
 */

import { isDeep, toJson } from './deep-json.ts';
import type { Fields } from './values.ts';

/** The past of an imported task. An event nested too deep to be kept as a value is its JSON text. */
export interface History {
  readonly events: readonly (Fields | string)[];
  readonly progress: readonly string[];
}

/** Characters of each of the two logs. */
const largest = 4 * 1024 * 1024;

/** `left`: how many lines stay in their files alone, the oldest. */
export function historyOf(
  events: readonly Fields[],
  progress: readonly string[],
): { readonly history: History; readonly left: number } {
  const texts = events.map(toJson);
  const firstEvent = firstThatFits(texts);
  const firstLine = firstThatFits(progress);
  const kept = events
    .slice(firstEvent)
    .map((event, index) => (isDeep(event) ? (texts[firstEvent + index] ?? '') : event));
  return { history: { events: kept, progress: progress.slice(firstLine) }, left: firstEvent + firstLine };
}

function firstThatFits(lines: readonly string[]): number {
  let room = largest;
  return lines.findLastIndex((line) => (room -= line.length) < 0) + 1;
}
