/** How wide a text is on a terminal, and how it is made to fit. Pure. */

import { stripVTControlCharacters } from 'node:util';
import type { Environment, Sink } from './sink.ts';

/** Of a terminal that does not say. */
const usualColumns = 80;
/** Below this nothing would be readable. */
const fewestColumns = 30;

/** Columns of the terminal behind `sink`; undefined where there is none: then nothing is cut. */
export function columnsOf(env: Environment, sink: Sink): number | undefined {
  if (sink.isTTY !== true) return undefined;
  const asked = Number(env['COLUMNS']);
  const columns = Number.isInteger(asked) && asked > 0 ? asked : sink.columns;
  return columns === undefined || columns <= 0 ? usualColumns : Math.max(columns, fewestColumns);
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const noWidth = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Columns that `text` takes; colours take none. */
export function textWidth(text: string): number {
  const shown = stripVTControlCharacters(text);
  if (/^[\u0020-\u007e]*$/.test(shown)) return shown.length;
  let width = 0;
  for (const character of shown) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (noWidth.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** `text` in at most `columns`, the last of them a `…` where it was longer. */
export function cutText(text: string, columns: number): string {
  return textWidth(text) <= columns ? text : `${beginOf(text, columns - 1)}…`;
}

/** As many characters as fit, at least one. */
function beginOf(text: string, columns: number): string {
  let width = 0;
  let begin = '';
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns && begin !== '') break;
    begin += character;
  }
  return begin;
}

/** One line as lines of at most `columns`: broken between words, and within one only where it is longer than a line. */
export function wrapText(line: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\s)(?=\S)/)) {
    if (current !== '' && textWidth((current + word).trimEnd()) > columns) {
      lines.push(current.trimEnd());
      current = '';
    }
    current += word;
    while (textWidth(current.trimEnd()) > columns) {
      const begin = beginOf(current, columns);
      lines.push(begin);
      current = current.slice(begin.length);
    }
  }
  return [...lines, current.trimEnd()];
}
