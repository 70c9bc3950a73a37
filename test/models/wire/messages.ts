/** Anthropic's messages, as https://docs.anthropic.com/en/api/messages-streaming has them. */

import { goodText, type WireAnswer } from '../shape.ts';
import { namedEvents, pieces } from './sse.ts';

type Fields = Readonly<Record<string, unknown>> & { readonly type: string };

export const begin = (more: Readonly<Record<string, unknown>> = {}): Fields => ({
  type: 'message_start',
  message: {
    id: 'msg_01Ab',
    type: 'message',
    role: 'assistant',
    model: 'served-model',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 11, output_tokens: 1 },
    ...more,
  },
});

export const ping: Fields = { type: 'ping' };

export const blockStart = (index: number, block: Fields): Fields => ({
  type: 'content_block_start',
  index,
  content_block: block,
});
export const blockDelta = (index: number, delta: Fields): Fields => ({ type: 'content_block_delta', index, delta });
export const blockStop = (index: number): Fields => ({ type: 'content_block_stop', index });

/** The reason to stop, and the counts. */
export const ending = (reason: unknown, more: Readonly<Record<string, unknown>> = {}): Fields => ({
  type: 'message_delta',
  delta: { stop_reason: reason, stop_sequence: null },
  usage: { output_tokens: 7 },
  ...more,
});
export const end: Fields = { type: 'message_stop' };

export const text = (index: number, words: string): readonly Fields[] => [
  blockStart(index, { type: 'text', text: '' }),
  ...pieces(words).map((piece) => blockDelta(index, { type: 'text_delta', text: piece })),
  blockStop(index),
];

export const thought = (
  index: number,
  words: string,
  signature: string | undefined = 'c2lnbmF0dXJl',
): readonly Fields[] => [
  blockStart(index, { type: 'thinking', thinking: '', signature: '' }),
  ...pieces(words, 20).map((piece) => blockDelta(index, { type: 'thinking_delta', thinking: piece })),
  ...(signature === undefined ? [] : [blockDelta(index, { type: 'signature_delta', signature })]),
  blockStop(index),
];

export const redacted = (index: number, data: string): readonly Fields[] => [
  blockStart(index, { type: 'redacted_thinking', data }),
  blockStop(index),
];

export function use(index: number, name: string, input: unknown, id = 'toolu_01Ab'): readonly Fields[] {
  return [
    blockStart(index, { type: 'tool_use', id, name, input: {} }),
    blockDelta(index, { type: 'input_json_delta', partial_json: '' }),
    ...pieces(JSON.stringify(input)).map((piece) =>
      blockDelta(index, { type: 'input_json_delta', partial_json: piece }),
    ),
    blockStop(index),
  ];
}

export const stream = (...data: readonly Fields[]): WireAnswer => ({ body: namedEvents(...data) });

/** Everything as documented. */
export const said = (words: string): WireAnswer => stream(begin(), ping, ...text(0, words), ending('end_turn'), end);
export const fine = said(goodText);
export const using = (name: string, input: unknown, id = 'toolu_01Ab'): WireAnswer =>
  stream(begin(), ping, ...text(0, 'I will look.'), ...use(1, name, input, id), ending('tool_use'), end);

export function failed(
  status: number,
  type: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer {
  const body = { type: 'error', error: { type, message }, request_id: 'req_011' };
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: [JSON.stringify(body)] };
}

/** A whole message as a JSON document. */
export function document(content: readonly unknown[], reason = 'end_turn'): WireAnswer {
  const message = begin({ content, stop_reason: reason, usage: { input_tokens: 11, output_tokens: 7 } })['message'];
  return { headers: { 'content-type': 'application/json' }, body: [JSON.stringify(message)], whole: message };
}
