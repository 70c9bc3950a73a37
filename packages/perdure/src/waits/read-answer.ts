/**
 * The answer to a question, from what was typed: a decision by flag, JSON, or plain text where a text is what is asked
 * for.
 */

import { PerdureError } from '@perdure/contract';
import { readGiven } from '../cli/given-text.ts';
import type { Rim } from '../cli/rim.ts';
import { answerForm, type AnswerForm } from './answer-form.ts';
import type { WaitFacts } from './find.ts';
import { questionLine } from './view.ts';

export interface AnswerInput {
  readonly answer?: string;
  readonly approve?: boolean;
  /** The feedback. */
  readonly reject?: string;
  /** The result as JSON; true where none was given. */
  readonly done?: string | true;
  readonly runAgain?: boolean;
  /** The reason. */
  readonly fail?: string;
}

export async function readAnswer(rim: Rim, wait: WaitFacts, given: AnswerInput): Promise<unknown> {
  const { answer, approve, reject, done, runAgain, fail } = given;
  const ways = [answer, approve, reject, done, runAgain, fail].filter((each) => each !== undefined);
  if (ways.length > 1) {
    throw new PerdureError('usage', 'An answer and the flags that answer exclude each other: give one of them.');
  }
  const form = answerForm(wait);
  if (ways.length === 0) throw wrongAnswer(wait, form, 'needs an answer');
  if (approve !== undefined || reject !== undefined) {
    if (form.kind === 'outcome') throw wrongAnswer(wait, form, 'takes another answer');
    return approve === true ? { verdict: 'approved', feedback: '' } : rejection(reject);
  }
  if (answer !== undefined) return await readValue(rim, answer, form);
  // Of a question that no list shows nothing is known: the server decides.
  if (form.kind !== 'outcome' && wait.purpose !== undefined) throw wrongAnswer(wait, form, 'takes another answer');
  if (runAgain === true) return { decision: 'run_again' };
  if (fail !== undefined) return { decision: 'fail', reason: fail };
  if (typeof done === 'string') return { decision: 'done', result: await readResult(rim, done) };
  if (form.result !== undefined) {
    throw wrongAnswer(wait, { expected: `--done '<json>' with ${form.result}` }, 'needs the result of the call');
  }
  return { decision: 'done' };
}

function wrongAnswer(
  { id, question = `Question ${id}` }: WaitFacts,
  { expected }: Pick<AnswerForm, 'expected'>,
  what: string,
) {
  return new PerdureError('usage', `"${questionLine(question)}" ${what}: ${expected}.`);
}

function rejection(feedback = ''): unknown {
  if (feedback.trim() === '') {
    throw new PerdureError('usage', '--reject says what must change: --reject "Half as long".');
  }
  return { verdict: 'changes_requested', feedback };
}

async function readResult(rim: Rim, given: string): Promise<unknown> {
  const { text, from } = await readGiven(rim, given, 'The result');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = `${from} is not JSON (${(cause as Error).message}): write a text in quotes, as --done '"text"'.`;
    throw new PerdureError('usage', problem, { cause });
  }
}

async function readValue(rim: Rim, answer: string, form: AnswerForm): Promise<unknown> {
  const { text } = await readGiven(rim, answer, 'The answer');
  // An editor or a pipe ends a text with a line break that nobody meant.
  return parseAnswer(text === answer ? text : text.replace(/\r?\n$/, ''), form);
}

/** JSON where it is JSON, else the text itself; a number or a `true` is a text where only a text will do. */
function parseAnswer(text: string, { takesText, takesOnlyText, expected }: AnswerForm): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return takesOnlyText && typeof value !== 'string' ? text : value;
  } catch (cause) {
    if (takesText) return text;
    throw new PerdureError('usage', `The answer is not JSON (${(cause as Error).message}); expected is ${expected}.`, {
      cause,
    });
  }
}
