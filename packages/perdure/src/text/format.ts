/** Small pieces of text: durations, counts, commands to copy. Pure. */

import { printable } from './visible.ts';

export { printable, visibleJson, visibleText } from './visible.ts';

/** `340 ms`, `3.1 s`, `4 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.floor(whole / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.floor(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `1,234`, whatever the locale. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `text` as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Digits of an id that tell runs apart in practice: of a UUIDv7, its millisecond. */
const shortIdLength = 13;

/** Ids cut to a common length at which they still differ. */
export function shortIds(ids: readonly string[]): string[] {
  let length = shortIdLength;
  while (length < 36 && new Set(ids.map((id) => id.slice(0, length))).size < new Set(ids).size) length += 1;
  return ids.map((id) => id.slice(0, length));
}

/** `value` with each text in it that is a JSON object or list as that: models and tools give JSON as text. */
export function unfolded(value: unknown): unknown {
  if (typeof value === 'string') return /^\s*[[{]/.test(value) ? unfoldedText(value) : value;
  if (Array.isArray(value)) return value.map(unfolded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, unfolded(member)]));
}

function unfoldedText(text: string): unknown {
  try {
    return unfolded(JSON.parse(text));
  } catch {
    return text;
  }
}

/** The first sentence of a text, without what follows it; dots within words and numbers end none. */
export function firstSentence(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return /^.*?[.!?](?= \p{Lu}|$)/u.exec(line)?.[0] ?? line;
}

/** The first line of `text`, as `oneLine` has it. */
export function firstLine(text: string, most: number): string {
  const [first = ''] = text.trim().split('\n');
  return oneLine(first, most);
}

/** `text` of somebody else in one line, cut where it is longer than `most` characters. */
export function oneLine(text: string, most: number): string {
  const line = printable(text).replaceAll(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
