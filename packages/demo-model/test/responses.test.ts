import { describe, expect, test } from 'vitest';
import type { Script } from '../src/index.ts';
import { ask, eventsOf, post, start, type Reply } from './talk.ts';

const options = { path: '/responses' };
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['ok'],
  properties: { ok: { type: 'boolean' } },
};
const structured = (schema: object, strict = true) => ({
  text: { format: { type: 'json_schema', name: 'answer', strict, schema } },
});
const tool = { type: 'function', name: 'look', parameters: { type: 'object', properties: { a: { const: 1 } } } };

async function answer(request: object, script: Script = []): Promise<Reply> {
  await using model = await start({ script });
  return await ask(model, request, options);
}

interface Event {
  readonly type: string;
  readonly sequence_number: number;
  readonly delta?: string;
}

async function streamed(request: object, script: Script = []): Promise<readonly Event[]> {
  await using model = await start({ script });
  const response = await post(model, { stream: true, ...request }, options);
  return eventsOf(await response.text()) as Event[];
}

const joined = (events: readonly Event[], type: string): string =>
  events.map((event) => (event.type === type ? (event.delta ?? '') : '')).join('');

describe('an answer', () => {
  test('as a whole is a response with its items and its usage', async () => {
    const { status, body } = await answer({ instructions: 'You plan.', store: false });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: 'resp_demo_1',
      object: 'response',
      status: 'completed',
      model: 'demo-model',
      store: false,
      output: [
        {
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: expect.stringContaining('URL shortener service') }],
        },
      ],
      usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number), total_tokens: expect.any(Number) },
    });
  });

  test('as a stream says the same in numbered events, and at last as a whole', async () => {
    const script: Script = [{ text: 'x'.repeat(30) }];
    const events = await streamed({}, script);
    expect(events.map(({ type }) => type.replace('response.', ''))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(events.map(({ sequence_number: n }) => n)).toEqual(events.map((_, index) => index));
    expect(joined(events, 'response.output_text.delta')).toBe('x'.repeat(30));
    const { body } = await answer({}, script);
    expect(events.at(-1)).toMatchObject({ response: { output: (body as { output: unknown }).output } });
  });

  test('has the form of text.format', async () => {
    const { body } = await answer(structured(schema));
    expect(body).toMatchObject({ output: [{ content: [{ text: '{"ok":false}' }] }] });
  });

  test('calls the tools of the script, their arguments in pieces, or those that the request insists on', async () => {
    const given = { url: 'http://127.0.0.1/a/long/path' };
    const events = await streamed({}, [{ text: 'Wait.', toolCalls: [{ name: 'get', arguments: given }] }]);
    expect(joined(events, 'response.function_call_arguments.delta')).toBe(JSON.stringify(given));
    expect(events.at(-2)).toMatchObject({
      type: 'response.output_item.done',
      output_index: 1,
      item: { type: 'function_call', call_id: 'call_demo_1_0', name: 'get', arguments: JSON.stringify(given) },
    });
    const { body } = await answer({ tools: [tool], tool_choice: { type: 'function', name: 'look' } });
    expect(body).toMatchObject({ output: [{ type: 'function_call', name: 'look', arguments: '{"a":1}' }] });
  });

  test('ends as the script says, in the words of the API', async () => {
    expect((await answer({}, [{ finishReason: 'length', text: 'a' }])).body).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
    expect((await answer({}, [{ refusal: 'I will not.' }])).body).toMatchObject({
      output: [{ content: [{ type: 'refusal', refusal: 'I will not.' }] }],
    });
    expect((await streamed({}, [{ failStreamAfter: 24, text: 'x'.repeat(50) }])).at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error' } },
    });
  });

  test('brings thoughts as a reasoning item, which can come back if it was asked for encrypted', async () => {
    const script: Script = [{ thoughts: 'Let me see.', text: 'ok' }];
    const events = await streamed({}, script);
    expect(joined(events, 'response.reasoning_summary_text.delta')).toBe('Let me see.');
    const { body } = await answer({ include: ['reasoning.encrypted_content'] }, script);
    const output = (body as { readonly output: readonly object[] }).output;
    expect(output).toMatchObject([{ type: 'reasoning', encrypted_content: expect.any(String) }, { type: 'message' }]);
    const again = { input: [{ role: 'user', content: 'q' }, ...output, { role: 'user', content: 'and?' }] };
    expect((await answer(again)).status).toBe(200);
  });
});

const user = { role: 'user', content: 'Look.' };
const call = (id: string) => ({ type: 'function_call', call_id: id, name: 'look', arguments: '{}' });
const output = (id: string) => ({ type: 'function_call_output', call_id: id, output: 'seen' });
const reasoning = (more: object = {}) => ({ type: 'reasoning', id: 'rs_1', summary: [], ...more });
const input = (...rest: object[]) => ({ input: [user, ...rest] });

describe('a transcript', () => {
  test('is read: outputs are counted, in whatever order they come', async () => {
    const script: Script = [{ match: { afterTools: 2, promptIncludes: 'And hurry.' }, text: 'read' }];
    const hurry = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'And hurry.' }] };
    const request = input(call('a'), call('b'), output('b'), output('a'), hurry);
    expect((await answer(request, script)).body).toMatchObject({ output: [{ content: [{ text: 'read' }] }] });
  });

  test.for<[string, number, string, object]>([
    ['an output without its call', 400, 'No tool call found', input(output('a'))],
    ['a call without its output', 400, 'No tool output found for function call b', input(call('b'))],
    ['reasoning that is stored nowhere', 404, 'not found', input(reasoning(), call('a'), output('a'))],
    [
      'reasoning of another server',
      400,
      'could not be verified',
      input(reasoning({ encrypted_content: 'gAAA' }), call('a'), output('a')),
    ],
    [
      'a field that is not known',
      400,
      "Unknown parameter: 'input[1].reasoning'",
      input({ ...call('a'), reasoning: 1 }),
    ],
    [
      'the output of a model from a user',
      400,
      'input[1]',
      input({ role: 'user', content: [{ type: 'output_text', text: 'a' }] }),
    ],
    ['half a surrogate pair', 400, 'surrogate', { input: '\ud83d' }],
    ['nothing in it', 400, 'input', { input: [] }],
  ])('with %s is refused with %d', async ([, wanted, words, request]) => {
    const { status, body } = await answer(request);
    expect(status).toBe(wanted);
    expect(body).toMatchObject({ error: { type: 'invalid_request_error', message: expect.stringContaining(words) } });
  });
});

test.for<[string, string, object]>([
  ['a field that is not known', "Unknown parameter: 'messages'.", { messages: [] }],
  ['a tool in the form of chat completions', 'tools[0]', { tools: [{ type: 'function', function: { name: 'a' } }] }],
  ['the choice of a tool that is not there', "'b' not found", { tool_choice: { type: 'function', name: 'b' } }],
  ['an answer to go on from', 'not found', { previous_response_id: 'resp_1' }],
  ['an open object as its strict form', 'additionalProperties', structured({ type: 'object', properties: {} })],
  ['a property that may be left out of its strict form', "Missing 'ok'", structured({ ...schema, required: [] })],
])('a request with %s is refused', async ([, words, request]) => {
  const { status, body } = await answer(request);
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { message: expect.stringContaining(words) } });
});
