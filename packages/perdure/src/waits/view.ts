/**
 * Questions to people as `waits` prints them: what is asked, what to look at, and the commands that answer. Pure. A
 * list cuts what is long and says so, but never the arguments of a call that is to be approved: nobody approves what
 * they have not seen.
 */

import type { Wait } from '@perdure/contract';
import { firstLine, formatDuration, oneLine, printable, shortIds, visibleJson } from '../text/format.ts';
import type { Paint } from '../text/paint.ts';
import { readableLines } from '../text/readable.ts';
import { formatTable, type Cell } from '../text/table.ts';
import { cutText, textWidth, wrapText } from '../text/width.ts';
import { answerForm } from './answer-form.ts';

export interface WaitViewOptions {
  readonly paint: Paint;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
  /** Columns of the terminal; undefined: there is none. */
  readonly columns?: number | undefined;
}

/** Lines and columns of what a list shows: what a person takes in at a glance. */
const shownLines = 12;
const shownColumns = 160;

export function waitList(waits: readonly Wait[], options: WaitViewOptions): string {
  if (waits.length === 0) return 'No questions.';
  const ids = shortIds(waits.map((wait) => wait.id));
  return waits.map((wait, at) => waitView({ ...wait, id: ids[at] ?? wait.id }, options, 'glance')).join('\n\n');
}

/** One question with all there is to it. */
export function waitPage(wait: Wait, options: WaitViewOptions): string {
  return waitView(wait, options, 'whole');
}

type Extent = 'glance' | 'whole';

interface Block {
  readonly lines: readonly string[];
  readonly isCut: boolean;
}

const whole = (lines: readonly string[]): Block => ({ lines, isCut: false });

/** `most`: lines that are shown. */
function cutBlock(lines: readonly string[], most: number, columns = shownColumns): Block {
  const room = Math.min(columns, shownColumns);
  const shown = lines.slice(0, most).map((line) => cutText(line, room));
  const isCut = lines.length > most || shown.some((line, at) => line !== lines[at]);
  return { lines: lines.length > most ? [...shown, '…'] : shown, isCut };
}

function waitView(wait: Wait, options: WaitViewOptions, extent: Extent): string {
  const { paint, now, homeFlag, columns } = options;
  const asked = printable(wait.question).trim().split('\n');
  const question = extent === 'whole' ? whole(asked) : cutBlock(asked, shownLines, columns);
  const context = contextBlock(wait, { extent, columns });
  const [first = '', ...rest] = question.lines;
  const tag = wait.purpose === 'question' ? '' : `${paint('yellow', wait.purpose)}  `;
  const facts: Cell[][] = [
    ['  asked', `${ago(wait.askedAt, now)} by ${wait.pipeline}, ${wait.runId}/${readableKey(wait.stepKey)}`],
    ...(question.isCut || context.isCut ? [['  in full', { whole: `perdure waits show ${wait.id}${homeFlag}` }]] : []),
    ...(wait.answered === undefined ? openFacts(wait, options, extent) : answeredFacts(wait.answered, options, extent)),
  ];
  const head = `${paint('dim', wait.id)}  ${tag}`;
  return [
    ...headLines(head, { first: paint('bold', first), rest, columns }),
    ...between(rest, context),
    ...context.lines.map((line) => `${contextIndent}${line}`),
    ...formatTable(facts, { columns }),
  ].join('\n');
}

/** A question of several lines, such as one that tells what was asked for before, ends where the subject begins. */
function between(rest: readonly string[], { lines }: Block): readonly string[] {
  return rest.length > 0 && lines.length > 0 ? [''] : [];
}

interface HeadOptions {
  readonly first: string;
  readonly rest: readonly string[];
  readonly columns: number | undefined;
}

/** Beside its id where there is room, else below. */
function headLines(head: string, { first, rest, columns }: HeadOptions): readonly string[] {
  if (columns === undefined || textWidth(head + first) <= columns) {
    return [`${head}${first}`, ...indented(rest, columns)];
  }
  return [head.trimEnd(), ...indented([first, ...rest], columns)];
}

function indented(lines: readonly string[], columns: number | undefined): readonly string[] {
  return lines
    .flatMap((line) => (columns === undefined ? [line] : wrapText(line, columns - 2)))
    .map((line) => `  ${line}`.trimEnd());
}

const contextIndent = '    ';

interface BlockOptions {
  readonly extent: Extent;
  readonly columns: number | undefined;
}

/** Of what a review presents the subject itself. */
function contextBlock({ purpose, context }: Wait, { extent, columns }: BlockOptions): Block {
  if (context === undefined) return whole([]);
  const room = columns === undefined ? undefined : columns - contextIndent.length;
  const shown = subjectOf(context);
  const lines = readableLines(shown, { columns: room });
  if (purpose === 'approval' || extent === 'whole') return whole(lines);
  const block = cutBlock(readableLines(shown, { linesOfText: 1 }), shownLines, room);
  return { ...block, isCut: block.isCut || readableLines(shown).length > block.lines.length };
}

function subjectOf(context: unknown): unknown {
  if (typeof context !== 'object' || context === null || Array.isArray(context)) return context;
  const [[name, value] = [], ...others] = Object.entries(context);
  return name === 'subject' && others.length === 0 ? value : context;
}

/** A step key without what tells approvals of other arguments apart, which says nothing to a person. */
export function readableKey(key: string): string {
  return key.replace(/(^|\/)approval-[0-9a-f]{16}$/, '$1approval');
}

function openFacts(wait: Wait, { now, homeFlag }: WaitViewOptions, extent: Extent): Cell[][] {
  const { expiresAt } = wait;
  const expiry = expiresAt === undefined ? [] : [['  expires', `in ${duration(Date.parse(expiresAt) - now)}`]];
  const { expected, result } = answerForm(wait);
  const line = (text: string) => oneLine(text, extent === 'whole' ? Number.POSITIVE_INFINITY : shownColumns);
  const shape = result === undefined ? [] : [['  result', line(result)]];
  const commands = answerCommands(wait, homeFlag).map((command, at) => [at === 0 ? '  with' : '', { whole: command }]);
  return [...expiry, ['  answer', line(expected)], ...shape, ...commands];
}

function answeredFacts(
  { answer, by, at }: NonNullable<Wait['answered']>,
  { now }: WaitViewOptions,
  extent: Extent,
): Cell[][] {
  const text = visibleJson(answer);
  return [
    ['  answered', `${ago(at, now)} by ${printable(by)}`],
    ['  answer', extent === 'whole' ? text : cutText(text, shownColumns)],
  ];
}

function ago(time: string, now: number): string {
  return `${duration(now - Date.parse(time))} ago`;
}

function duration(ms: number): string {
  return formatDuration(Math.max(0, ms));
}

/** The command that answers, but for the answer. */
function answerCommand(id: string, homeFlag: string): string {
  return `perdure waits answer ${id}${homeFlag}`;
}

/** A command for each way to answer. */
export function answerCommands(wait: Wait, homeFlag: string): string[] {
  return answerForm(wait).args.map((each) => `${answerCommand(wait.id, homeFlag)} ${each}`);
}

/** The JSON that an answer must be, or hold, in a line; nothing where the commands say it all. */
function wantedJson(wait: Wait): string[] {
  const { args, expected, result } = answerForm(wait);
  if (result !== undefined) return [`  result ${oneLine(result, shownColumns)}`];
  return args.includes('<json>') ? [`  answer ${oneLine(expected, shownColumns)}`] : [];
}

export interface QuestionOptions extends Omit<WaitViewOptions, 'now'> {
  /** Lines of what is to be looked at; undefined: all. Those of a call to be approved are never cut. */
  readonly most?: number;
}

export interface QuestionParts {
  /** What is asked, as far as it is one line. */
  readonly words: string;
  /** The rest of it, what is to be looked at, and the commands that answer. */
  readonly below: readonly string[];
}

/** A question as a part of something larger. */
export function questionParts(wait: Wait, options: QuestionOptions): QuestionParts {
  const { homeFlag, columns } = options;
  const [asked = '', ...others] = printable(wait.question).trim().split('\n');
  const line = `${waiting}${asked}`;
  // Behind the mark.
  const [words = '', ...more] = columns === undefined ? [line] : wrapText(line, columns - 2);
  const context = shownContext(wait, options);
  const below = [
    ...indented([...more, ...others], columns),
    ...between(others, context),
    ...context.lines.map((line) => `${contextIndent}${line}`),
    ...(context.isCut ? [`  in full: perdure waits show ${wait.id}${homeFlag}`] : []),
    ...wantedJson(wait),
    ...answerCommands(wait, homeFlag).map((command) => `  ${command}`),
  ];
  return { words, below };
}

/** The same as lines. */
export function questionLines(wait: Wait, options: QuestionOptions): string[] {
  const { words, below } = questionParts(wait, options);
  return [`${options.paint('yellow', '?')} ${words}`, ...below];
}

function shownContext(wait: Wait, { columns, most }: QuestionOptions): Block {
  const { lines } = contextBlock(wait, { extent: 'whole', columns });
  if (most === undefined || wait.purpose === 'approval' || lines.length <= most) return whole(lines);
  return { lines: [...lines.slice(0, most), '…'], isCut: true };
}

/** A question of a run below: with who asks it. */
export function placedLines(wait: Wait, options: QuestionOptions): string[] {
  const [words = '', ...rest] = questionLines(wait, options);
  return [words, `  asked by ${wait.pipeline}, ${wait.runId}/${readableKey(wait.stepKey)}`, ...rest];
}

const waiting = 'waits for a person: ';

/** A line for a question of which nothing else is known, from the record of a step or an event. */
export function waitsForPerson(question: string): string {
  return `${waiting}${questionLine(question)}`;
}

/** What tells a question from others, in a line: its first one. */
export function questionLine(question: string): string {
  return firstLine(question, 200);
}
