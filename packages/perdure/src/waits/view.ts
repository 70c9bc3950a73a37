/**
 * Questions to people as `waits` prints them: what is asked, what to look at, and the commands that answer. Pure. A
 * list cuts what is long and says so, but never the arguments of a call that is to be approved: nobody approves what
 * they have not seen.
 */

import type { Wait } from '@perdure/contract';
import { formatDuration, formatTable, oneLine, printable, shortIds, visibleJson } from '../text/format.ts';
import type { Paint } from '../text/paint.ts';
import { answerForm } from './answer-form.ts';

export interface WaitViewOptions {
  readonly paint: Paint;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
}

/** Lines and columns of what a list shows: what a person takes in at a glance. */
const shownLines = 30;
const shownColumns = 160;

export function waitList(waits: readonly Wait[], options: WaitViewOptions): string {
  if (waits.length === 0) return 'No questions.';
  const ids = shortIds(waits.map((wait) => wait.id));
  return waits.map((wait, at) => waitView({ ...wait, id: ids[at] ?? wait.id }, options, cutBlock)).join('\n\n');
}

/** One question with all there is to it. */
export function waitPage(wait: Wait, options: WaitViewOptions): string {
  return waitView(wait, options, wholeBlock);
}

interface Block {
  readonly lines: readonly string[];
  readonly isCut: boolean;
}

type Fit = (text: string) => Block;

const wholeBlock: Fit = (text) => ({ lines: text.split('\n'), isCut: false });

function cutBlock(text: string): Block {
  const lines = text.split('\n');
  const shown = lines.slice(0, shownLines).map((line) => oneLineOrLess(line));
  const isCut = lines.length > shownLines || shown.some((line, at) => line !== lines[at]);
  return { lines: lines.length > shownLines ? [...shown, '…'] : shown, isCut };
}

function oneLineOrLess(line: string): string {
  return line.length > shownColumns ? `${line.slice(0, shownColumns - 1)}…` : line;
}

function waitView(wait: Wait, options: WaitViewOptions, fit: Fit): string {
  const { paint, now, homeFlag } = options;
  const question = fit(printable(wait.question).trim());
  const context = contextBlock(wait, fit);
  const [first = '', ...rest] = question.lines;
  const tag = wait.purpose === 'question' ? '' : `${paint('yellow', wait.purpose)}  `;
  const facts = [
    ['  asked', `${ago(wait.askedAt, now)} by ${wait.pipeline}, ${wait.runId}/${wait.stepKey}`],
    ...(question.isCut || context.isCut ? [['  in full', `perdure waits show ${wait.id}${homeFlag}`]] : []),
    ...(wait.answered === undefined ? openFacts(wait, options, fit) : answeredFacts(wait.answered, now, fit)),
  ];
  return [
    `${paint('dim', wait.id)}  ${tag}${paint('bold', first)}`,
    ...rest.map((line) => `  ${line}`),
    ...context.lines.map((line) => `    ${line}`),
    ...formatTable(facts),
  ].join('\n');
}

function contextBlock({ purpose, context }: Wait, fit: Fit): Block {
  if (context === undefined) return { lines: [], isCut: false };
  return (purpose === 'approval' ? wholeBlock : fit)(visibleJson(context, 2));
}

function openFacts(wait: Wait, { now, homeFlag }: WaitViewOptions, fit: Fit): string[][] {
  const { expiresAt } = wait;
  const expiry = expiresAt === undefined ? [] : [['  expires', `in ${duration(Date.parse(expiresAt) - now)}`]];
  const { expected, result } = answerForm(wait);
  const line = (text: string) => fit(oneLine(text, Number.POSITIVE_INFINITY)).lines.join('');
  const shape = result === undefined ? [] : [['  result', line(result)]];
  const commands = answerCommands(wait, homeFlag).map((command, at) => [at === 0 ? '  with' : '', command]);
  return [...expiry, ['  answer', line(expected)], ...shape, ...commands];
}

function answeredFacts({ answer, by, at }: NonNullable<Wait['answered']>, now: number, fit: Fit): string[][] {
  return [
    ['  answered', `${ago(at, now)} by ${printable(by)}`],
    ['  answer', fit(visibleJson(answer)).lines.join('')],
  ];
}

function ago(time: string, now: number): string {
  return `${duration(now - Date.parse(time))} ago`;
}

function duration(ms: number): string {
  return formatDuration(Math.max(0, ms));
}

/** The command that answers, but for the answer; given like this it says which one is expected. */
export function answerCommand(id: string, homeFlag: string): string {
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

/**
 * A question as a part of something larger, with the commands that answer it: the arguments of a call to be approved in
 * full, of other questions what a line holds.
 */
export function questionLines(wait: Wait, { paint, homeFlag }: Omit<WaitViewOptions, 'now'>): string[] {
  const context = wait.purpose === 'approval' ? contextBlock(wait, wholeBlock).lines : [];
  const words = waitsForPerson(wait.question);
  return [
    `${paint('yellow', '?')} ${words}`,
    ...context.map((line) => `    ${line}`),
    ...wantedJson(wait),
    ...answerCommands(wait, homeFlag).map((command) => `  ${command}`),
  ];
}

/** A question of a run below: with who asks it. */
export function placedLines(wait: Wait, options: Omit<WaitViewOptions, 'now'>): string[] {
  const [words = '', ...rest] = questionLines(wait, options);
  return [words, `  asked by ${wait.pipeline}, ${wait.runId}/${wait.stepKey}`, ...rest];
}

/** `question` comes from the record of a step or an event. */
export function waitsForPerson(question: string): string {
  return `waits for a person: ${oneLine(question, 200)}`;
}
