/**
 * What the original's logs say of a task, as the log here keeps it: as it stands there, with the newest where not all
 * of it fits.
 */

import { isDeep, toJson } from './deep-json.ts';
import { isObject, type Fields } from './values.ts';

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
  const past = events.flatMap(withPast);
  const lines = [...events.flatMap(pastLines), ...progress];
  const texts = past.map(toJson);
  const firstEvent = firstThatFits(texts);
  const firstLine = firstThatFits(lines);
  const kept = past
    .slice(firstEvent)
    .map((event, index) => (isDeep(event) ? (texts[firstEvent + index] ?? '') : event));
  return { history: { events: kept, progress: lines.slice(firstLine) }, left: firstEvent + firstLine };
}

/** A task that was imported before has a past of its own in one event: it goes before that event, line by line. */
function withPast(event: Fields): readonly Fields[] {
  const history = pastOf(event);
  if (history === undefined) return [event];
  const { history: _, ...details } = event['details'] as Fields;
  const events = Array.isArray(history['events']) ? (history['events'] as readonly unknown[]).filter(isObject) : [];
  return [...events, { ...event, details }];
}

function pastLines(event: Fields): readonly string[] {
  const lines = pastOf(event)?.['progress'];
  return Array.isArray(lines) ? (lines as readonly unknown[]).filter((line) => typeof line === 'string') : [];
}

function pastOf({ type, details }: Fields): Fields | undefined {
  const history = type === 'task_imported' && isObject(details) ? details['history'] : undefined;
  return isObject(history) ? history : undefined;
}

function firstThatFits(lines: readonly string[]): number {
  let room = largest;
  return lines.findLastIndex((line) => (room -= line.length) < 0) + 1;
}
