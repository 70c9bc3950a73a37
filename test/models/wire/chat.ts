/** OpenAI's chat completions, as https://platform.openai.com/docs/api-reference/chat-streaming has them. */

import { goodText, type WireAnswer } from '../shape.ts';
import { done, events, pieces } from './sse.ts';

const head = { id: 'chatcmpl-Ab1', object: 'chat.completion.chunk', created: 1_764_000_000, model: 'served-model' };

export const counts = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

type Fields = Readonly<Record<string, unknown>>;

/** One chunk of the only choice; `more` lies beside `choices`. */
export function chunk(delta: unknown, finish: unknown = null, more: Fields = {}): Fields {
  return { ...head, choices: [{ index: 0, delta, finish_reason: finish }], ...more };
}

export const opening = chunk({ role: 'assistant', content: '' });
export const stop = chunk({}, 'stop');
export const callsEnd = chunk({}, 'tool_calls');
export const usageChunk = { ...head, choices: [], usage: counts };

/** Chunks that say the text, without a beginning or an end. */
export const saying = (text: string): readonly Fields[] => pieces(text).map((content) => chunk({ content }));

/** Chunks that think it, in a field of that name. */
export const thinking = (text: string, field = 'reasoning_content'): readonly Fields[] =>
  pieces(text, 20).map((thought) => chunk({ [field]: thought }));

/** A stream of these chunks, with its end. */
export function stream(...data: readonly unknown[]): WireAnswer {
  return { body: [...events(...data), done] };
}

/** Everything as documented. */
export const said = (text: string): WireAnswer => stream(opening, ...saying(text), stop, usageChunk);

/** The careful answer. */
export const fine = said(goodText);

export interface Call {
  readonly id?: string;
  readonly index?: number;
  readonly name?: string;
  /** As text. */
  readonly args?: unknown;
}

/** A piece of a call as it lies in `tool_calls`. */
export function callPiece({ id, index, name, args }: Call): Fields {
  return {
    ...(index === undefined ? {} : { index }),
    ...(id === undefined ? {} : { id, type: 'function' }),
    function: { ...(name === undefined ? {} : { name }), ...(args === undefined ? {} : { arguments: args }) },
  };
}

export const callChunk = (...calls: readonly Call[]): Fields => chunk({ tool_calls: calls.map(callPiece) });

/** A call as documented: its name first, then the arguments in pieces. */
export function called(name: string, input: unknown, { id = 'call_x1', index = 0 } = {}): readonly Fields[] {
  return [
    callChunk({ id, index, name, args: '' }),
    ...pieces(JSON.stringify(input)).map((args) => callChunk({ index, args })),
  ];
}

/** An answer that asks for one tool, as documented. */
export const calling = (name: string, input: unknown, { id = 'call_x1' } = {}): WireAnswer =>
  stream(opening, ...called(name, input, { id }), callsEnd, usageChunk);

/** `{"error": …}` with its status. */
export function refused(status: number, error: unknown, headers: Readonly<Record<string, string>> = {}): WireAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: [JSON.stringify({ error })] };
}

/** A whole answer as a JSON document. */
export function document(message: unknown, finish: unknown = 'stop', more: Fields = {}): WireAnswer {
  const choices = [{ index: 0, message, finish_reason: finish }];
  const whole = { ...head, object: 'chat.completion', choices, usage: counts, ...more };
  return { headers: { 'content-type': 'application/json' }, body: [JSON.stringify(whole)], whole };
}
