import { describe, expect, test } from 'vitest';
import type { Script } from '../src/index.ts';
import { ask, eventsOf, post, start, type Reply } from './talk.ts';

const options = { path: '/messages', headers: { 'anthropic-version': '2023-06-01' } };
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['ok'],
  properties: { ok: { type: 'boolean' } },
};
const structured = (schema: object) => ({ output_config: { format: { type: 'json_schema', schema } } });
const tool = { name: 'look', input_schema: { type: 'object', required: ['a'], properties: { a: { const: 1 } } } };

async function answer(request: object, script: Script = []): Promise<Reply> {
  await using model = await start({ script });
  return await ask(model, request, options);
}

async function streamed(request: object, script: Script = []): Promise<readonly Event[]> {
  await using model = await start({ script });
  const response = await post(model, { stream: true, ...request }, options);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  return eventsOf(await response.text()) as Event[];
}

interface Event {
  readonly type: string;
  readonly delta?: Readonly<Record<string, string>>;
}

const joined = (events: readonly Event[], name: string): string =>
  events.map(({ delta }) => delta?.[name] ?? '').join('');

describe('an answer', () => {
  test('as a whole is a message with content blocks, a stop reason and its usage', async () => {
    const { status, body } = await answer({ system: 'You plan.' });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: 'msg_demo_1',
      type: 'message',
      role: 'assistant',
      model: 'demo-model',
      content: [{ type: 'text', text: expect.stringContaining('URL shortener service') }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: expect.objectContaining({ input_tokens: expect.any(Number), output_tokens: expect.any(Number) }),
    });
  });

  test('as a stream says the same in pieces, between message_start and message_stop', async () => {
    const events = await streamed({}, [{ text: 'x'.repeat(60) }]);
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      ...Array.from({ length: 3 }, () => 'content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(joined(events, 'text')).toBe('x'.repeat(60));
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 15 } });
  });

  test('has the form of output_config.format', async () => {
    const { body } = await answer(structured(schema));
    expect(body).toMatchObject({ content: [{ text: '{"ok":false}' }] });
  });

  test('calls the tools of the script, their arguments in pieces, or those that the request insists on', async () => {
    const given = { url: 'http://127.0.0.1/a/long/path' };
    const events = await streamed({}, [{ text: 'Wait.', toolCalls: [{ name: 'get', arguments: given }] }]);
    expect(events).toContainEqual({
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 'toolu_demo_1_0', name: 'get', input: {} },
    });
    expect(joined(events, 'partial_json')).toBe(JSON.stringify(given));
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
    const { body } = await answer({ tools: [tool], tool_choice: { type: 'any' } });
    expect(body).toMatchObject({ content: [{ type: 'tool_use', name: 'look', input: { a: 1 } }] });
  });

  test('ends as the script says, in the words of the API', async () => {
    expect((await answer({}, [{ finishReason: 'length', text: 'a' }])).body).toMatchObject({
      stop_reason: 'max_tokens',
    });
    expect((await answer({}, [{ refusal: 'I will not.' }])).body).toMatchObject({
      content: [{ type: 'text', text: 'I will not.' }],
      stop_reason: 'refusal',
    });
    expect((await answer({ max_tokens: 2 }, [{ text: 'x'.repeat(100) }])).body).toMatchObject({
      content: [{ text: 'xxxxxxxx' }],
      stop_reason: 'max_tokens',
    });
  });
});

const user = { role: 'user', content: 'Look.' };
const call = (id: string) => ({ type: 'tool_use', id, name: 'look', input: {} });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'seen' });
const transcript = (...rest: object[]) => ({ messages: [user, ...rest] });
const assistant = (...content: object[]) => ({ role: 'assistant', content });
const results = (...content: object[]) => ({ role: 'user', content });

describe('a transcript', () => {
  test('is read: neighbours of one role are one, results are counted, text may follow them', async () => {
    const script: Script = [{ match: { afterTools: 2, promptIncludes: 'And hurry.' }, text: 'read' }];
    const request = transcript(
      user,
      assistant(call('a'), call('b')),
      results(result('b'), result('a'), { type: 'text', text: 'And hurry.' }),
    );
    expect((await answer(request, script)).body).toMatchObject({ content: [{ text: 'read' }] });
  });

  test.for<[string, string, object]>([
    ['a result without its call', 'unexpected `tool_use_id`', transcript(results(result('a')))],
    ['a call without its result', '`tool_result` blocks immediately after: b', transcript(assistant(call('b')), user)],
    ['a call at the end', 'immediately after: b', transcript(assistant(call('b')))],
    [
      'text before results',
      'immediately after: a',
      transcript(assistant(call('a')), results({ type: 'text', text: 'Well.' }, result('a'))),
    ],
    ['an id that is used twice', 'must be unique', transcript(assistant(call('a'), call('a')))],
    ['an empty message', 'messages.1: all messages must have non-empty content', transcript(assistant(), user)],
    ['a blank text', 'non-whitespace', transcript(results({ type: 'text', text: ' ' }))],
    ['a blank end', 'trailing whitespace', transcript(assistant({ type: 'text', text: 'I ' }))],
    ['a system message', 'messages.1.role', transcript({ role: 'system', content: 'Be brief.' })],
    ['a field of a block that is not known', 'Extra inputs', transcript(results({ ...result('a'), x: 1 }))],
    [
      'thoughts that were changed',
      'Invalid `signature`',
      transcript(assistant({ type: 'thinking', thinking: 'Hm', signature: 'x' }, { type: 'text', text: 'A' }), user),
    ],
    ['half a surrogate pair', 'surrogate', { messages: [{ role: 'user', content: '\ud83d' }] }],
  ])('with %s is refused', async ([, words, request]) => {
    const { status, body } = await answer(request);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining(words) },
    });
  });
});

describe('a request', () => {
  test.for<[string, string, object]>([
    ['a field that is not known', 'response_format: Extra inputs are not permitted', { response_format: {} }],
    ['no max_tokens', 'max_tokens', { max_tokens: undefined }],
    ['a tool choice without tools', 'providing tools', { tool_choice: { type: 'auto' } }],
    [
      'the choice of a tool that is not there',
      "'b' not found",
      { tools: [tool], tool_choice: { type: 'tool', name: 'b' } },
    ],
    ['a temperature above 1', 'temperature', { temperature: 1.5 }],
    ['an open object as its form', 'additionalProperties', structured({ type: 'object', properties: {} })],
    ['a limit in its form', "'minimum'", structured({ type: 'integer', minimum: 1 })],
    ['a form that recurs', 'recursive', structured({ anyOf: [{ type: 'null' }, { $ref: '#' }] })],
  ])('with %s is refused', async ([, words, request]) => {
    const { status, body } = await answer(request);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { message: expect.stringContaining(words) } });
  });

  test('names its version and its key', async () => {
    await using model = await start({ script: [{ apiKey: 'right' }] });
    expect((await ask(model, {}, { path: '/messages' })).body).toMatchObject({
      error: { message: 'anthropic-version: header is required' },
    });
    const withHeaders = (headers: Record<string, string>) =>
      ask(model, {}, { path: '/messages', headers: { ...options.headers, ...headers } });
    expect((await withHeaders({ 'x-api-key': 'right' })).status).toBe(200);
    expect((await withHeaders({ authorization: 'Bearer right' })).status).toBe(200);
    expect(await withHeaders({})).toMatchObject({
      status: 401,
      body: { error: { type: 'authentication_error' } },
    });
  });
});
