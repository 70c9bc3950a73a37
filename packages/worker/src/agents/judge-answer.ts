/** What a turn without calls is worth: an answer, a refusal, or something to be repaired. */

import type { Json } from '@perdure/contract';
import type { AnswerEnding } from '@perdure/models';
import { isWholeObject, readAnswer } from './read-answer.ts';
import { endingOf, type TurnRecord } from './turn-step.ts';

export type Judgement =
  | { readonly kind: 'accepted'; readonly answer: Json }
  /** The model, or its provider, will not answer: to be told again what is missing changes nothing. */
  | { readonly kind: 'refused'; readonly by: 'model' | 'provider' }
  | { readonly kind: 'faulty'; readonly faults: readonly string[] };

/** What is wrong with an answer that is none, as the model is told. */
const faultOfEnding: Readonly<Partial<Record<AnswerEnding, string>>> = {
  length: 'the answer was cut off at the output limit before its JSON was complete; answer more briefly',
  'tool-calls': 'no tool can be called any more, an answer is needed',
  'call-as-text':
    'you wrote the call of a tool as text, which calls nothing: call tools by the function calls of this conversation, and write no call into the answer',
  empty: 'the answer is empty',
};

/** `faultsOf`: what the Output Contract finds wrong with an answer. */
export async function judgeAnswer(
  turn: TurnRecord,
  faultsOf: (answer: Json) => Promise<readonly string[]>,
): Promise<Judgement> {
  const ending = endingOf(turn);
  if (ending === 'refused') return { kind: 'refused', by: 'model' };
  if (ending === 'content-filter') return { kind: 'refused', by: 'provider' };
  const fault = isWholeObject(turn.text) && ending === 'length' ? undefined : faultOfEnding[ending];
  if (fault !== undefined) return { kind: 'faulty', faults: [fault] };
  const answer = readAnswer(turn.text);
  if (answer === undefined) return { kind: 'faulty', faults: ['the answer is not a JSON object'] };
  const faults = await faultsOf(answer);
  return faults.length === 0 ? { kind: 'accepted', answer } : { kind: 'faulty', faults };
}
