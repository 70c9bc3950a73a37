/** OpenAI's responses, as https://platform.openai.com/docs/api-reference/responses-streaming has them. */

import { goodText, type WireAnswer } from '../shape.ts';
import { namedEvents, pieces } from './sse.ts';

export type Item = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, unknown>> & { readonly type: string };

export const counts = { input_tokens: 11, output_tokens: 7, total_tokens: 18 };

export function response(status: string, output: readonly Item[], more: Item = {}): Item {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_764_000_000,
    status,
    model: 'served-model',
    output,
    error: null,
    incomplete_details: null,
    usage: status === 'in_progress' ? null : counts,
    ...more,
  };
}

export const created: Fields = { type: 'response.created', response: response('in_progress', []) };
export const inProgress: Fields = { type: 'response.in_progress', response: response('in_progress', []) };

export const messageItem = (text: string, id = 'msg_1'): Item => ({
  id,
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});

export const callItem = (name: string, input: unknown, { id = 'fc_1', callId = 'call_x1' } = {}): Item => ({
  id,
  type: 'function_call',
  status: 'completed',
  call_id: callId,
  name,
  arguments: typeof input === 'string' ? input : JSON.stringify(input),
});

export const reasoningItem = (id = 'rs_1', more: Item = {}): Item => ({
  id,
  type: 'reasoning',
  summary: [{ type: 'summary_text', text: 'I weigh it.' }],
  encrypted_content: 'gAAAAA-sealed',
  ...more,
});

const added = (place: number, item: Item): Fields => ({
  type: 'response.output_item.added',
  output_index: place,
  item,
});
export const itemDone = (place: number, item: Item): Fields => ({
  type: 'response.output_item.done',
  output_index: place,
  item,
});

/** The events by which an item of the output comes in. */
export function streamed(place: number, item: Item): readonly Fields[] {
  const about = { item_id: item['id'], output_index: place };
  if (item['type'] === 'message') {
    const text = (item['content'] as readonly { readonly text?: string }[])[0]?.text ?? '';
    const part = { ...about, content_index: 0 };
    return [
      added(place, { ...item, status: 'in_progress', content: [] }),
      { type: 'response.content_part.added', ...part, part: { type: 'output_text', text: '', annotations: [] } },
      ...pieces(text).map((delta) => ({ type: 'response.output_text.delta', ...part, delta })),
      { type: 'response.output_text.done', ...part, text },
      { type: 'response.content_part.done', ...part, part: { type: 'output_text', text, annotations: [] } },
      itemDone(place, item),
    ];
  }
  if (item['type'] === 'function_call') {
    const args = item['arguments'] as string;
    return [
      added(place, { ...item, status: 'in_progress', arguments: '' }),
      ...pieces(args).map((delta) => ({ type: 'response.function_call_arguments.delta', ...about, delta })),
      { type: 'response.function_call_arguments.done', ...about, arguments: args },
      itemDone(place, item),
    ];
  }
  return [
    added(place, { ...item, summary: [] }),
    {
      type: 'response.reasoning_summary_part.added',
      ...about,
      summary_index: 0,
      part: { type: 'summary_text', text: '' },
    },
    { type: 'response.reasoning_summary_text.delta', ...about, summary_index: 0, delta: 'I weigh it.' },
    { type: 'response.reasoning_summary_text.done', ...about, summary_index: 0, text: 'I weigh it.' },
    itemDone(place, item),
  ];
}

/** Numbered, as the documentation has them. */
export function stream(...data: readonly Fields[]): WireAnswer {
  return { body: namedEvents(...data.map((event, place) => ({ ...event, sequence_number: place }))) };
}

export const completed = (output: readonly Item[], more: Item = {}): Fields => ({
  type: 'response.completed',
  response: response('completed', output, more),
});

/** An answer of these items, everything as documented. */
export function given(...items: readonly Item[]): WireAnswer {
  return stream(created, inProgress, ...items.flatMap((item, place) => streamed(place, item)), completed(items));
}

export const said = (text: string): WireAnswer => given(messageItem(text));
export const fine = said(goodText);

/** A whole response as a JSON document. */
export function document(output: readonly Item[], more: Item = {}): WireAnswer {
  const whole = response('completed', output, more);
  return { headers: { 'content-type': 'application/json' }, body: [JSON.stringify(whole)], whole };
}
