/**
 * What is wrong with the YAML of a front matter, in the words of whoever wrote it: the parser tells forty consequences
 * of one missing pair of quotes. Pure; one problem for each cause, with what to write.
 */

import type { YAMLError } from 'yaml';
import type { LineProblem } from './sections.ts';

type ParserError = Pick<YAMLError, 'code' | 'message' | 'pos'>;

/** A key at the left edge, and the text that belongs to it. */
interface Entry {
  /** From 1, within the front matter. */
  readonly line: number;
  readonly key: string;
  /** Behind the colon; undefined where the colon has no blank behind it. */
  readonly value: string | undefined;
  /** The lines below that are further in. */
  readonly below: readonly string[];
}

const keyLine = /^([A-Za-z][\w-]*)\s*:(?:\s+(.*)|(\S.*))?$/;
/** What a text without quotes cannot begin with. */
const marks = /^[@`%,|>!&*?{}[\]#-]/;

/** `lineOf` tells the line of an offset in `text`, from 1. Empty where there are no errors. */
export function yamlMistakes(
  text: string,
  errors: readonly ParserError[],
  lineOf: (offset: number) => number,
): readonly LineProblem[] {
  const entries = entriesOf(text);
  const found = new Map<number, LineProblem>();
  for (const error of errors) {
    const problem = mistakeAt(lineOf(error.pos[0]), { entries, error, text });
    if (problem !== undefined && !found.has(problem.line)) found.set(problem.line, problem);
  }
  const [first] = errors;
  if (found.size > 0 || first === undefined) return [...found.values()];
  return [{ line: lineOf(first.pos[0]), message: `${invalid} ${plainMessage(first)}` }];
}

/** Texts that YAML reads without a complaint, and without a part of them. */
export function quietLosses(text: string): readonly LineProblem[] {
  return entriesOf(text).flatMap(({ line, key, value = '' }) => {
    const name = /^&(\S+)/.exec(value)?.[1];
    const isLost = (name !== undefined && !text.includes(`*${name}`)) || /^!\S/.test(value);
    return isLost ? [{ line, message: beginsWith(key, value) }] : [];
  });
}

/** Descriptions that end at a `#` which may not have been meant as the begin of a comment. */
export function hiddenComments(text: string): readonly LineProblem[] {
  return entriesOf(text).flatMap(({ line, key, value = '' }) => {
    if (key !== 'description' || /^["'|>]/.test(value) || !/(?:^|\s)#/.test(value)) return [];
    const message = `what stands behind the "#" of "${key}" is a comment; ${quoted(key, value)} if it belongs to the text`;
    return [{ line, message }];
  });
}

const invalid = 'the front matter is not valid YAML:';

interface Context {
  readonly entries: readonly Entry[];
  readonly error: ParserError;
  readonly text: string;
}

function mistakeAt(line: number, { entries, error, text }: Context): LineProblem | undefined {
  if (error.code === 'TAB_AS_INDENT') return at(line, 'a tab stands where YAML takes blanks alone; write blanks');
  const owner = entries.findLast((entry) => entry.line <= line);
  const open = error.code === 'MISSING_CHAR' ? entries.find(isOpenQuote) : undefined;
  if (open !== undefined) return at(open.line, `the quote before the text of "${open.key}" is not closed; close it`);
  if (owner === undefined) return undefined;
  if (error.code === 'DUPLICATE_KEY') return at(line, `"${owner.key}" is given twice; remove one of the two`);
  const tight = entries.find((entry) => entry.value === undefined && entry.line >= owner.line);
  if (tight !== undefined) return at(tight.line, `write a blank behind "${tight.key}:"`);
  const stray = text.split('\n')[line - 1] ?? '';
  if (line > owner.line && /^\S/.test(stray)) {
    const message = `this line belongs to no key; put two blanks before it if it goes on with the text of "${owner.key}"`;
    return at(line, message);
  }
  const message = mistakeIn(owner, error);
  return message === undefined ? undefined : { line: owner.line, message };
}

function at(line: number, message: string): LineProblem {
  return { line, message: `${invalid} ${message}` };
}

function isOpenQuote({ value = '' }: Entry): boolean {
  const [quote = ''] = value;
  return /["']/.test(quote) && !value.slice(1).includes(quote);
}

function mistakeIn({ key, value = '', below }: Entry, { code }: ParserError): string | undefined {
  if (code === 'BAD_DQ_ESCAPE')
    return `${invalid} a "\\" between double quotes begins an escape; put the text of "${key}" in single quotes`;
  if (/^["']/.test(value)) {
    const inner = value.slice(1).replace(new RegExp(`${value[0]}\\s*$`), '');
    return `${invalid} the text of "${key}" goes on behind its closing quote; ${quoted(key, inner)}`;
  }
  if (/^\[[^\]]*$/.test(value) || /^\{[^}]*$/.test(value)) {
    return `${invalid} what "${key}" opens with "${value[0]}" is not closed; end it with "${value[0] === '[' ? ']' : '}'}", or ${quoted(key, value)}`;
  }
  if (marks.test(value)) return `${invalid} ${beginsWith(key, value)}`;
  const whole = [value, ...below].join('\n');
  if (/:(?:\s|$)/.test(whole)) return `${invalid} the text of "${key}" has a ":" in it; ${quoted(key, whole)}`;
  return undefined;
}

function beginsWith(key: string, value: string): string {
  return `the text of "${key}" begins with "${value[0]}", which means something else in YAML; ${quoted(key, value)}`;
}

/** How `text` is written as what it is; both kinds of quotes in it would have to be doubled or escaped. */
function quoted(key: string, text: string): string {
  const isLong = text.includes('\n') || (text.includes('"') && text.includes("'"));
  if (isLong) return `write "${key}: >-" and the text on the next line, two blanks further in`;
  return text.includes('"') || text.includes('\\')
    ? `put it in single quotes: ${key}: '…'`
    : `put it in quotes: ${key}: "…"`;
}

function plainMessage({ message }: ParserError): string {
  const [what = ''] = message.split('\n');
  return what.replace(/ at line \d+.*$/, '');
}

function entriesOf(text: string): readonly Entry[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index): readonly Entry[] => {
    const match = keyLine.exec(line);
    if (match === null) return [];
    const [, key = '', value = '', tight] = match;
    const next = lines.slice(index + 1).findIndex((other) => /^\S/.test(other));
    const below = lines.slice(index + 1, next < 0 ? undefined : index + 1 + next);
    return [{ line: index + 1, key, value: tight === undefined ? value.trim() : undefined, below }];
  });
}
