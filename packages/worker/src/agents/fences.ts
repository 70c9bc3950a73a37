/**
 * Fenced code blocks of a Markdown text: headings inside them are not headings, and the Output Contract lives in one.
 */

export interface Fence {
  /** First word after the opening marks, lower case: `json`. */
  readonly language: string;
  /** Index of the opening line. */
  readonly open: number;
  /** Index of the closing line; undefined when the block runs to the end of the text. */
  readonly close: number | undefined;
  readonly body: readonly string[];
}

const opening = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)/;

/** All fenced blocks, by the CommonMark rule: closed by at least as many of the same mark, with nothing behind them. */
export function findFences(lines: readonly string[]): readonly Fence[] {
  const fences: Fence[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const match = opening.exec(lines[index] ?? '');
    if (match === null) continue;
    const [, marks = '', language = ''] = match;
    const closing = new RegExp(`^ {0,3}${marks[0]}{${marks.length},}\\s*$`);
    const offset = lines.slice(index + 1).findIndex((line) => closing.test(line));
    const close = offset < 0 ? undefined : index + 1 + offset;
    fences.push({ language: language.toLowerCase(), open: index, close, body: lines.slice(index + 1, close) });
    index = close ?? lines.length;
  }
  return fences;
}
