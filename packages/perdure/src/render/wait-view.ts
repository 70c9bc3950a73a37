/** Questions to people as `waits list` prints them: what is asked, what to look at, and the commands that answer. Pure. */

import type { Wait } from '@perdure/contract';
import type { Paint } from '../cli/paint.ts';
import { answerForm } from './answer-form.ts';
import { formatDuration, formatTable, oneLine, printable, shortIds } from './format.ts';

export interface WaitViewOptions {
  readonly paint: Paint;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
}

/** Lines and columns of a context: what a person takes in at a glance. */
const shownLines = 30;
const shownColumns = 160;

export function waitList(waits: readonly Wait[], options: WaitViewOptions): string {
  if (waits.length === 0) return 'No questions.';
  const ids = shortIds(waits.map((wait) => wait.id));
  return waits.map((wait, at) => waitView({ ...wait, id: ids[at] ?? wait.id }, options)).join('\n\n');
}

function waitView(wait: Wait, options: WaitViewOptions): string {
  const { paint, now } = options;
  const [question = '', ...rest] = printable(wait.question).trim().split('\n');
  const facts = [['  asked', `${ago(wait.askedAt, now)} by ${wait.pipeline}, ${wait.runId}/${wait.stepKey}`]];
  if (wait.answered !== undefined) facts.push(...answeredFacts(wait.answered, now));
  else facts.push(...openFacts(wait, options));
  return [
    [`${paint('dim', wait.id)}  ${paint('bold', question)}`, ...rest.map((line) => `  ${line}`)].join('\n'),
    ...(wait.context === undefined ? [] : [contextLines(wait.context)]),
    formatTable(facts).join('\n'),
  ].join('\n');
}

function openFacts({ id, expiresAt, answerSchema }: Wait, { now, homeFlag }: WaitViewOptions): string[][] {
  const { expected, args } = answerForm(answerSchema);
  const expiry = expiresAt === undefined ? [] : [['  expires', `in ${duration(Date.parse(expiresAt) - now)}`]];
  const commands = args.map((each, at) => [at === 0 ? '  with' : '', `${answerCommand(id, homeFlag)} ${each}`]);
  return [...expiry, ['  answer', oneLine(expected, 1_000)], ...commands];
}

function answeredFacts({ answer, by, at }: NonNullable<Wait['answered']>, now: number): string[][] {
  return [
    ['  answered', `${ago(at, now)} by ${printable(by)}`],
    ['  answer', oneLine(JSON.stringify(answer), shownColumns)],
  ];
}

/** Indented JSON, without what is too long to be looked at here. */
function contextLines(context: unknown): string {
  const lines = JSON.stringify(context, null, 2).split('\n');
  const shown = lines.slice(0, shownLines).map((line) => cut(printable(line)));
  const left = lines.length - shown.length;
  if (left > 0) shown.push(`… ${left} more lines, with --json all of them`);
  return shown.map((line) => `    ${line}`).join('\n');
}

function cut(line: string): string {
  return line.length > shownColumns ? `${line.slice(0, shownColumns - 1)}…` : line;
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

/** `question` comes from the record of a step or an event. */
export function waitsForPerson(question: unknown): string {
  return `waits for a person: ${oneLine(String(question), 200)}`;
}
