/**
 * Tables that fit the terminal: the widest texts are broken within their column; columns that can be spared go where
 * there is no room for them. Without a terminal every line is as long as it must be. Pure.
 */

import { textWidth, wrapText } from './width.ts';

/** A cell that is never broken, such as a command to copy: a terminal that breaks it still copies it whole. */
export interface WholeCell {
  readonly whole: string;
}

export type Cell = string | WholeCell;

export interface TableOptions {
  /** Columns of the terminal; undefined: there is none. */
  readonly columns?: number | undefined;
  /** Columns that can be spared, by their place, the first to go first. */
  readonly spare?: readonly number[];
  /** Whether the last column is prose: a long word of it is broken before a column is spared. */
  readonly endsInProse?: boolean;
}

const gap = 2;
/** A column is made no narrower than this by breaking its texts, nor than its longest word: an id is copied. */
const fewestInColumn = 12;
const longestWord = 36;

const narrow = (width: number): number => Math.min(width, fewestInColumn);

/** Columns padded to their widest cell; the last one is left ragged, so that no line ends in spaces. */
export function formatTable(rows: readonly (readonly Cell[])[], options: TableOptions = {}): string[] {
  const { columns, spare = [], endsInProse = false } = options;
  if (columns === undefined) return linesOf(rows, naturalWidths(rows));
  const least = leastWidths(rows);
  // What names a row is copied; of the rest even a long word is broken, the last column first.
  const last = least.map((width, at) => (at < least.length - 1 ? width : narrow(width)));
  const widths = fittingWidths(naturalWidths(rows), endsInProse ? last : least, columns);
  if (widths !== undefined) return linesOf(rows, widths);
  const [first, ...others] = spare;
  if (first === undefined) {
    const rest = least.map((width, at) => (at === 0 ? width : narrow(width)));
    const natural = naturalWidths(rows);
    return linesOf(rows, fittingWidths(natural, last, columns) ?? fittingWidths(natural, rest, columns) ?? rest);
  }
  const left = rows.map((row) => row.filter((_, at) => at !== first));
  return formatTable(left, { columns, endsInProse, spare: others.map((at) => (at > first ? at - 1 : at)) });
}

/** A list under its headings, as lines; nothing but `empty` when there are no rows. */
export function formatList(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  { empty, ...options }: TableOptions & { readonly empty: string },
): string {
  if (rows.length === 0) return empty;
  return formatTable([headings, ...rows], options).join('\n');
}

function naturalWidths(rows: readonly (readonly Cell[])[]): readonly number[] {
  return widest(rows, textWidth);
}

function leastWidths(rows: readonly (readonly Cell[])[]): readonly number[] {
  return widest(rows, (text) => {
    const longest = Math.max(...text.split(/(?<=\S)\s/).map(textWidth));
    return Math.min(textWidth(text), Math.max(fewestInColumn, Math.min(longest, longestWord)));
  });
}

function widest(rows: readonly (readonly Cell[])[], widthOf: (text: string) => number): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, typeof cell === 'string' ? widthOf(cell) : 0)));
  }
  return widths;
}

/** The widest columns give way first; undefined where there is not enough to be had. */
function fittingWidths(
  natural: readonly number[],
  least: readonly number[],
  columns: number,
): readonly number[] | undefined {
  const room = columns - gap * (natural.length - 1);
  const widths = [...natural];
  for (let over = sum(widths) - room; over > 0; over -= 1) {
    const [at] = widths
      .map((_, column) => column)
      .filter((column) => (widths[column] ?? 0) > (least[column] ?? 0))
      .toSorted((one, other) => (widths[other] ?? 0) - (widths[one] ?? 0));
    if (at === undefined) return undefined;
    widths[at] = (widths[at] ?? 0) - 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function linesOf(rows: readonly (readonly Cell[])[], widths: readonly number[]): string[] {
  return rows.flatMap((row) => {
    const cells = row.map((cell, at) => linesIn(cell, widths[at] ?? 0));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((lines, at) => padded(lines[line] ?? '', widths[at] ?? 0))
        .join(' '.repeat(gap))
        .trimEnd(),
    );
  });
}

/** What is broken keeps its indentation. */
function linesIn(cell: Cell, width: number): readonly string[] {
  if (typeof cell !== 'string') return [cell.whole];
  if (textWidth(cell) <= width) return [cell];
  const indent = /^ */.exec(cell)?.[0] ?? '';
  const [first = '', ...rest] = wrapText(cell, width - indent.length);
  return [first, ...rest.map((line) => `${indent}${line}`)];
}

function padded(text: string, width: number): string {
  return `${text}${' '.repeat(Math.max(0, width - textWidth(text)))}`;
}
