/** The answer to a question, from what was typed: a decision by flag, JSON, or plain text where a text is what is asked for. */

import { PerdureError } from '@perdure/contract';
import { answerForm } from '../render/answer-form.ts';
import { readGiven } from './given-text.ts';
import type { Rim } from './rim.ts';
import type { FoundWait } from './wait-id.ts';

export interface GivenAnswer {
  readonly answer?: string;
  readonly approve?: boolean;
  /** The feedback. */
  readonly reject?: string;
}

export async function readAnswer(rim: Rim, wait: FoundWait, given: GivenAnswer): Promise<unknown> {
  const { answer, approve, reject } = given;
  const count = [answer, approve, reject].filter((each) => each !== undefined).length;
  if (count > 1) {
    throw new PerdureError('usage', 'An answer, --approve and --reject exclude each other: give one of them.');
  }
  if (approve === true) return { verdict: 'approved', feedback: '' };
  if (reject?.trim() === '') {
    throw new PerdureError('usage', '--reject says what must change: --reject "Half as long".');
  }
  if (reject !== undefined) return { verdict: 'changes_requested', feedback: reject };
  if (answer === undefined) {
    const { question = `Question ${wait.id}`, answerSchema } = wait;
    throw new PerdureError('usage', `"${question}" needs an answer: ${answerForm(answerSchema).expected}.`);
  }
  const { text } = await readGiven(rim, answer, 'The answer');
  // An editor or a pipe ends a text with a line break that nobody meant.
  return parseAnswer(text === answer ? text : text.replace(/\r?\n$/, ''), wait.answerSchema);
}

/** JSON where it is JSON, else the text itself; a number or a `true` is a text where only a text will do. */
function parseAnswer(text: string, schema: FoundWait['answerSchema']): unknown {
  const { takesText, takesOnlyText, expected } = answerForm(schema);
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
