/**
 * A value as a person reads it: a text as its lines, an object as a block of `name: value`. What could be taken for
 * something else is written as JSON, and the lines of a text stand behind a bar, so that none of them passes for a name
 * or for a command of ours. Pure.
 */

import { visibleJson, visibleText } from './format.ts';
import { wrapText } from './width.ts';

/** In front of each line of a text. */
const bar = '│ ';

export interface ReadableOptions {
  /** How wide a line may be; undefined: as wide as it is. */
  readonly columns?: number | undefined;
  /** Lines of a text that are shown; undefined: all. */
  readonly linesOfText?: number;
}

export function readableLines(value: unknown, options: ReadableOptions = {}): readonly string[] {
  if (typeof value === 'string') return textLines(value, options);
  if (Array.isArray(value)) {
    if (value.length === 0) return ['[]'];
    return value.flatMap((member) => under('-', member, options));
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value);
    if (fields.length === 0) return ['{}'];
    return fields.flatMap(([name, member]) => under(`${nameText(name)}:`, member, options));
  }
  return [visibleJson(value)];
}

/** A text by itself, however short. */
function textLines(text: string, { columns, linesOfText }: ReadableOptions): readonly string[] {
  const room = columns === undefined ? undefined : Math.max(1, columns - bar.length);
  const lines = visibleText(text).split('\n');
  const shown = lines.slice(0, linesOfText);
  const more = lines.length - shown.length;
  return [
    ...shown
      .flatMap((line) => (room === undefined ? [line] : wrapText(line, room)))
      .map((line) => `${bar}${line}`.trimEnd()),
    ...(more === 0 ? [] : [`… ${more} more line${more === 1 ? '' : 's'}`]),
  ];
}

function under(head: string, value: unknown, options: ReadableOptions): readonly string[] {
  const { columns } = options;
  const inline = inlineText(value);
  // A text that does not fit is broken as one of several lines is.
  if (inline !== undefined && (typeof value !== 'string' || fits(`${head} ${inline}`, columns))) {
    return [`${head} ${inline}`];
  }
  const inner = columns === undefined ? options : { ...options, columns: columns - 2 };
  return [head, ...readableLines(value, inner).map((line) => `  ${line}`)];
}

function fits(line: string, columns: number | undefined): boolean {
  return columns === undefined || line.length <= columns;
}

/** Undefined where the value takes lines of its own. */
function inlineText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.includes('\n') ? undefined : wordText(value);
  if (typeof value !== 'object' || value === null) return visibleJson(value);
  return Object.keys(value).length === 0 ? visibleJson(value) : undefined;
}

/** In quotes where it would read as a number, as a structure, or as nothing. */
function wordText(text: string): string {
  const json = visibleJson(text);
  const isPlain = json === `"${text}"` && /^[^\s"{[│-](?:.*\S)?$/u.test(text) && !isOtherJson(text);
  return isPlain ? text : json;
}

function isOtherJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function nameText(name: string): string {
  return /^[\w.$-]+$/.test(name) ? name : visibleJson(name);
}
