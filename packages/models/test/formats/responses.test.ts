import type { Json } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { responsesBody } from '../../src/formats/responses/body.ts';
import { optionalFeatures } from '../../src/turn/learnt.ts';
import { answerOf, read, readEvents, tools } from './streams.ts';

const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'enc', status: 'completed' };
const call = {
  type: 'function_call',
  id: 'fc_1',
  call_id: 'call_1',
  name: 'lookup',
  arguments: '{"n":1}',
  status: 'completed',
};
const message = (text: string) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
});
const usage = { input_tokens: 3, output_tokens: 4, total_tokens: 7 };
const response = (output: Json, more: Readonly<Record<string, Json>> = {}): Json => ({
  object: 'response',
  model: 'gpt-x',
  status: 'completed',
  output,
  usage,
  ...more,
});
const done = (item: Json, index: number): Json => ({ type: 'response.output_item.done', output_index: index, item });
const delta = (text: string, index = 0): Json => ({
  type: 'response.output_text.delta',
  output_index: index,
  item_id: 'msg_1',
  delta: text,
});
const completed = (output: Json, more = {}): Json => ({ type: 'response.completed', response: response(output, more) });

describe('an answer of Responses', () => {
  test('is its pieces, once, with usage and model', () => {
    const outcome = readEvents('responses', [
      { type: 'response.created', response: response([]) },
      delta('{"a"'),
      delta(':1}'),
      { type: 'response.output_text.done', text: '{"a":1}' },
      done(message('{"a":1}'), 0),
      completed([message('{"a":1}')]),
    ]);
    expect(answerOf(outcome)).toEqual({
      text: '{"a":1}',
      toolRequests: [],
      ending: 'answered',
      model: 'gpt-x',
      usage: { inputTokens: 3, outputTokens: 4 },
    });
  });

  test('is calls, once each, with the reasoning that goes back', () => {
    const second = { ...call, id: 'fc_2', call_id: 'call_2', arguments: '{"n":2}' };
    const items = [reasoning, call, second];
    const streamed = readEvents('responses', [
      { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"n"' },
      ...items.map((item, index) => done(item, index)),
      completed(items),
    ]);
    for (const outcome of [streamed, read('responses', JSON.stringify(response(items)))]) {
      expect(answerOf(outcome)).toMatchObject({
        ending: 'tool-calls',
        toolRequests: [
          { id: 'call_1', tool: 'lookup', arguments: { n: 1 } },
          { id: 'call_2', tool: 'lookup', arguments: { n: 2 } },
        ],
        carried: { items: [{ type: 'reasoning', id: 'rs_1', encrypted_content: 'enc' }] },
      });
    }
  });

  test.each<[string, Json, object]>([
    ['only told at the end', completed([message('{"a":1}')]), { text: '{"a":1}', ending: 'answered' }],
    [
      'a refusal',
      completed([{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }]),
      { text: 'No.', ending: 'refused' },
    ],
    [
      'a limit',
      {
        type: 'response.incomplete',
        response: response([message('{"a"')], {
          status: 'incomplete',
          incomplete_details: { reason: 'max_output_tokens' },
        }),
      },
      { ending: 'length' },
    ],
    [
      'a filter',
      {
        type: 'response.incomplete',
        response: response([], { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }),
      },
      { ending: 'content-filter' },
    ],
  ])('with %s', (_case, event, expected) => expect(answerOf(readEvents('responses', [event]))).toMatchObject(expected));

  test.each<[string, Json, object]>([
    [
      'failed',
      {
        type: 'response.failed',
        response: response([], { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'slow down' } }),
      },
      { reason: 'rate_limit_exceeded', words: 'slow down' },
    ],
    [
      'error',
      { type: 'error', code: 'server_error', message: 'broken', param: null },
      { reason: 'server_error', words: 'broken' },
    ],
  ])('that %s is told', (_case, event, fault) => {
    expect(readEvents('responses', [delta('{'), event])).toEqual({ kind: 'fault', fault });
  });

  test('is cut where nothing says that it ended', () => {
    expect(readEvents('responses', [delta('{"a":1}')])).toEqual({ kind: 'cut' });
  });
});

test('a request to Responses stores nothing, brings reasoning back before its call, and takes the form of Responses', () => {
  const asked = 'openai/m';
  const body = responsesBody(
    {
      instructions: 'i',
      schema: { type: 'object', properties: {}, additionalProperties: false },
      tools,
      mustAnswer: true,
      idempotencyKey: 'k',
      signal: AbortSignal.abort(),
      messages: [
        { role: 'user', content: 'q' },
        {
          role: 'assistant',
          content: '',
          from: { model: asked, api: 'responses' },
          carried: { items: [{ type: 'reasoning', id: 'rs_1' }] },
          toolRequests: [{ id: 'call_1', tool: 'lookup', arguments: { n: 1 } }],
        },
        { role: 'tool', toolRequest: 'call_1', tool: 'lookup', content: 'r' },
        { role: 'user', content: 'Go on.' },
      ],
    },
    { model: 'm', asked, features: new Set(optionalFeatures) },
  );
  expect(body).toMatchObject({
    instructions: 'i',
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    tool_choice: 'none',
    tools: [{ type: 'function', name: 'lookup' }],
    text: { format: { type: 'json_schema', name: 'answer', strict: true } },
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'q' }] },
      { type: 'reasoning', id: 'rs_1' },
      { type: 'function_call', call_id: 'call_1', name: 'lookup', arguments: '{"n":1}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'r' },
      { role: 'user', content: [{ type: 'input_text', text: 'Go on.' }] },
    ],
  });
});
