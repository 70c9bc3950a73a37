import type { Json } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { answerOf, eventsOf, read, readEvents, tools } from './streams.ts';
import { chatBody } from '../../src/formats/chat/body.ts';
import { isStrictSchema } from '../../src/formats/format.ts';
import { optionalFeatures } from '../../src/turn/learnt.ts';
import type { ModelTurnRequest } from '../../src/turn/port.ts';

type Fields = Readonly<Record<string, Json>>;

const chunk = (delta: Json, more: Fields = {}): Json => ({
  id: 'x',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const stop = chunk({}, { finish_reason: 'stop' });
const text = (content: Json): Json => chunk({ content });
const ok = { text: '{"a":1}', ending: 'answered', toolRequests: [] };

describe('a chunk that says nothing is passed over', () => {
  test.each<[string, Json | string]>([
    ['null', null],
    ['an empty list', []],
    ['an empty object', {}],
    ['no choices', { id: 'x' }],
    ['choices: null', { choices: null }],
    ['choices: []', { choices: [] }],
    ['delta: null', chunk(null)],
    ['content: null', text(null)],
    ['a role of its own', chunk({ role: 'model', content: '' })],
    ['an envelope of its own', { id: 7, created: 'today', object: null, choices: [] }],
    ['a call without a function', chunk({ tool_calls: [] })],
    ['tool_calls: null', chunk({ tool_calls: null, refusal: null, reasoning: null })],
    ['error: null', { error: null, choices: [] }],
    ['error: {}', { error: {}, choices: [] }],
    ['a filter result of Azure', { choices: [], prompt_filter_results: [{ prompt_index: 0 }] }],
    ['a word', 'heartbeat'],
    ['a second choice', { choices: [{ index: 1, delta: { content: 'no' } }] }],
  ])('%s', (_case, odd) => {
    expect(answerOf(readEvents('chat', [odd, text('{"a"'), odd, text(':1}'), odd, stop, odd, '[DONE]']))).toMatchObject(
      ok,
    );
  });
});

describe('content is text', () => {
  test.each<[string, Json]>([
    [
      'in parts',
      [
        { type: 'text', text: '{"a"' },
        { type: 'text', text: ':1}' },
      ],
    ],
    [
      'in parts with thoughts',
      [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm {"a":2}' }] },
        { type: 'text', text: '{"a":1}' },
      ],
    ],
    ['as one part', { type: 'text', text: '{"a":1}' }],
    ['as the JSON itself', { a: 1 }],
    ['in texts', ['{"a"', ':1}']],
  ])('%s', (_case, content) => expect(answerOf(readEvents('chat', [text(content), stop]))).toMatchObject(ok));

  test('and a number is odd, named by chunk and field', () => {
    expect(readEvents('chat', [text('{"a"'), text(7), stop])).toEqual({
      kind: 'odd',
      chunk: 2,
      field: 'choices[0].delta.content',
      what: 'a number',
    });
  });

  test.each<[string, Json, string]>([
    ['choices', { choices: 'yes' }, 'choices'],
    ['tool_calls', chunk({ tool_calls: 'lookup' }), 'choices[0].delta.tool_calls'],
    ['the chunk', 7, 'it'],
  ])('%s of another kind is odd', (_case, odd, field) => {
    expect(readEvents('chat', [odd, stop])).toMatchObject({ kind: 'odd', chunk: 1, field });
  });

  test('what is odd behind a whole answer takes nothing from it', () => {
    expect(answerOf(readEvents('chat', [text('{"a":1}'), stop, { choices: 'yes' }, '{{{', '[DONE]']))).toMatchObject(
      ok,
    );
  });
});

describe('an answer ends', () => {
  test.each<[string, readonly (Json | string)[], boolean]>([
    ['with a finish, its connection broken', [text('{"a":1}'), stop], false],
    ['with [DONE] and no finish', [text('{"a":1}'), '[DONE]'], true],
    ['with an empty finish and [DONE]', [text('{"a":1}'), chunk({}, { finish_reason: '' }), '[DONE]'], true],
    ['with the finish in the chunk of its text', [chunk({ content: '{"a":1}' }, { finish_reason: 'stop' })], true],
    [
      'with the whole message behind its pieces',
      [text('{"a":1}'), chunk({}, { message: { content: '{"a":1}' }, finish_reason: 'stop' })],
      true,
    ],
    ['with a reason nobody knows', [text('{"a":1}'), chunk({}, { finish_reason: 'eos' })], true],
  ])('%s', (_case, chunks, isWhole) => expect(answerOf(readEvents('chat', chunks, { isWhole }))).toMatchObject(ok));

  test.each<[string, readonly (Json | string)[], boolean]>([
    ['without either', [text('{"a":1}')], true],
    ['before it began', [], true],
  ])('and is cut %s', (_case, chunks, isWhole) =>
    expect(readEvents('chat', chunks, { isWhole })).toEqual({ kind: 'cut' }),
  );

  test('and is cut within an event, whatever the connection promises', () => {
    const begun = `${eventsOf([text('{"a"')])}data: {"choices":[{"del`;
    for (const isWhole of [true, false]) expect(read('chat', begun, { isWhole })).toEqual({ kind: 'cut' });
  });

  test.each([
    ['length', 'length'],
    ['MAX_TOKENS', 'length'],
    ['content_filter', 'content-filter'],
    ['SAFETY', 'content-filter'],
    ['refusal', 'refused'],
  ])('with %s as %s', (reason, ending) => {
    expect(answerOf(readEvents('chat', [text('{"a":1}'), chunk({}, { finish_reason: reason })]))).toMatchObject({
      ending,
    });
  });

  test('with a refusal in words of its own', () => {
    const outcome = readEvents('chat', [chunk({ refusal: 'I will' }), chunk({ refusal: ' not.' }), stop]);
    expect(answerOf(outcome)).toMatchObject({ ending: 'refused', text: 'I will not.' });
  });

  test('with nothing but thoughts as empty', () => {
    expect(answerOf(readEvents('chat', [chunk({ reasoning: 'Hm.' }), stop]))).toMatchObject({ ending: 'empty' });
  });
});

const whole = (message: Json, more: Fields = {}): string =>
  JSON.stringify({ object: 'chat.completion', choices: [{ index: 0, message, ...more }] });

describe('a whole answer where a stream was asked for', () => {
  test.each([
    ['is an answer', whole({ content: '{"a":1}' }, { finish_reason: 'stop' })],
    ['is one without a finish', whole({ content: '{"a":1}' })],
    ['is one in a list', `[${whole({ content: '{"a":1}' })}]`],
    ['is one with choices that are no list', JSON.stringify({ choices: { message: { content: '{"a":1}' } } })],
    ['is one as legacy text', JSON.stringify({ choices: [{ text: '{"a":1}', finish_reason: 'stop' }] })],
  ])('%s', (_case, document) => expect(answerOf(read('chat', document))).toMatchObject(ok));

  test('of another API holds no answer', () => {
    expect(read('chat', '{"status":"ok"}')).toEqual({ kind: 'no_answer' });
    expect(read('chat', '<html></html>')).toEqual({ kind: 'no_answer' });
  });
});

describe('an error in the stream is told with its words, code and status', () => {
  test.each<[string, Json, object]>([
    [
      'of OpenAI',
      { error: { message: 'too long', type: 'invalid_request_error', code: 'context_length_exceeded' } },
      { words: 'too long', reason: 'context_length_exceeded' },
    ],
    ['as a text', { error: 'runner stopped' }, { words: 'runner stopped' }],
    [
      'of vLLM',
      { object: 'error', message: 'bad', type: 'BadRequestError', code: 400 },
      { words: 'bad', status: 400, reason: 'BadRequestError' },
    ],
    ['of FastAPI', { detail: 'Not enough memory' }, { words: 'Not enough memory' }],
    [
      'of OpenRouter',
      { error: { code: 502, message: 'Provider returned error', metadata: { raw: 'upstream' } }, choices: [] },
      { status: 502, words: 'Provider returned error upstream' },
    ],
    ['with a status as text', { error: { message: 'no', code: '429' } }, { status: 429, words: 'no' }],
    [
      'of DeepSeek, as a finish',
      chunk({}, { finish_reason: 'insufficient_system_resource' }),
      { reason: 'insufficient_system_resource' },
    ],
  ])('%s', (_case, error, fault) => {
    expect(readEvents('chat', [text('{"a"'), error])).toEqual({ kind: 'fault', fault: expect.objectContaining(fault) });
  });

  test('and is none behind a whole answer', () => {
    expect(answerOf(readEvents('chat', [text('{"a":1}'), stop, { error: { message: 'late' } }]))).toMatchObject(ok);
  });
});

test.each<[string, Json]>([
  ['in a chunk of its own', { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } }],
  ['in a chunk without choices', { usage: { input_tokens: 3, output_tokens: '4' } }],
  ['where Groq puts it', { choices: [], x_groq: { usage: { prompt_tokens: 3, completion_tokens: 4 } } }],
])('usage is read %s', (_case, usage) => {
  expect(answerOf(readEvents('chat', [text('{"a":1}'), stop, usage, '[DONE]'])).usage).toEqual({
    inputTokens: 3,
    outputTokens: 4,
  });
});

describe('what a server wants back', () => {
  const call = { index: 0, id: 'c', function: { name: 'lookup', arguments: '{}' } };
  const signature = { google: { thought_signature: 'sig' } };
  const finish = chunk({}, { finish_reason: 'tool_calls' });
  const outcome = (...deltas: readonly Json[]) =>
    answerOf(readEvents('chat', [...deltas.map((one) => chunk(one)), finish]));
  const asked = 'default/m';

  function sentBack(answer: ReturnType<typeof outcome>, from = asked) {
    const { text: content, toolRequests, carried } = answer;
    const message = {
      role: 'assistant',
      content,
      toolRequests,
      from: { model: from, api: 'chat' },
      ...(carried && { carried }),
    } as const;
    const request: ModelTurnRequest = {
      instructions: 'i',
      schema: {},
      tools,
      mustAnswer: false,
      idempotencyKey: 'k',
      signal: AbortSignal.abort(),
      messages: [
        { role: 'user', content: 'q' },
        message,
        { role: 'tool', toolRequest: 'c', tool: 'lookup', content: 'r' },
      ],
    };
    const body = chatBody(request, { model: 'm', asked, features: new Set(optionalFeatures) });
    return (body['messages'] as readonly Fields[])[2];
  }

  test('goes back: reasoning of DeepSeek, details of OpenRouter in one piece, signatures of Gemini', () => {
    const answer = outcome(
      { reasoning_content: 'Hm, ' },
      { reasoning_content: 'yes.' },
      { reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'A' }] },
      { reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'B', signature: 's' }] },
      { tool_calls: [{ ...call, extra_content: signature }] },
    );
    expect(sentBack(answer)).toMatchObject({
      reasoning_content: 'Hm, yes.',
      reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'AB', signature: 's' }],
      tool_calls: [{ id: 'c', extra_content: signature }],
    });
  });

  test('goes to no other model, which gets ids of its form', () => {
    const answer = outcome({ reasoning_content: 'Hm.', tool_calls: [{ ...call, extra_content: signature }] });
    const sent = sentBack(answer, 'other/m');
    expect(sent).not.toHaveProperty('reasoning_content');
    expect(sent).toMatchObject({ tool_calls: [{ id: 't0001c001' }] });
    expect(JSON.stringify(sent)).not.toContain('sig');
  });
});

test.each<[string, object, boolean]>([
  [
    'closed, with all required',
    { type: 'object', properties: { a: {} }, required: ['a'], additionalProperties: false },
    true,
  ],
  ['open', { type: 'object', properties: { a: {} }, required: ['a'] }, false],
  ['with an optional member', { type: 'object', properties: { a: {} }, additionalProperties: false }, false],
  [
    'with a member called oneOf',
    { type: 'object', properties: { oneOf: {} }, required: ['oneOf'], additionalProperties: false },
    true,
  ],
  ['with a choice', { anyOf: [{ type: 'string' }, { oneOf: [] }] }, false],
])('a schema that is %s is told as strict or not', (_case, schema, isStrict) => {
  expect(isStrictSchema(schema)).toBe(isStrict);
});
