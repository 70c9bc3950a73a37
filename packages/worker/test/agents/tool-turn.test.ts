import type { ServerResponse } from 'node:http';
import { compact } from '@perdure/contract';
import { startDemoModel, type DemoModel } from '@perdure/demo-model';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ModelTurnRequest, TurnMessage } from '@perdure/models';
import { chunk, refuse, startPeer, streamAnswer, type PeerRequest } from './support/peer.ts';
import { turnAt as turnWith } from './support/turn-at.ts';

const schema = { type: 'object', required: ['answer'], properties: { answer: { type: 'string' } } };
/** With what is lost on the way through zod: draft, formats, definitions, tuples. */
const input = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: {
    url: { type: 'string', format: 'uri', pattern: '^https:' },
    depth: { type: ['integer', 'null'], minimum: 1 },
    pair: { type: 'array', prefixItems: [{ const: 1 }, { $ref: '#/$defs/name' }], items: false },
  },
  $defs: { name: { type: 'string', minLength: 1 } },
};
const tools = [{ id: 'http-get', description: 'Gets a page.', input }];
const question = { role: 'user', content: 'What does it say?' } as const;

function request(more: Partial<ModelTurnRequest> = {}): ModelTurnRequest {
  return {
    instructions: 'Be brief.',
    messages: [question],
    schema,
    tools,
    mustAnswer: false,
    idempotencyKey: 'run/step/1',
    signal: new AbortController().signal,
    ...more,
  };
}

const turnAt = (baseUrl: string) => turnWith({ baseUrl, modelId: 'm' });

/** What Mastra says of arguments that are not JSON. */
function silenceConsole() {
  const silent = vi.spyOn(console, 'error').mockImplementation(() => {});
  return {
    [Symbol.dispose]: () => silent.mockRestore(),
    lines: () => silent.mock.calls.map((call) => JSON.stringify(call)),
  };
}

describe('against the demo model', () => {
  let demo: DemoModel;
  beforeEach(async () => {
    demo = await startDemoModel({ port: 0 });
  });
  afterEach(() => demo.close());

  test('calls come back in their order, with arguments, text, usage, and an ending of their own', async () => {
    const toolCalls = [
      { name: 'http-get', arguments: { url: 'https://example.com/a-path-longer-than-a-piece' } },
      { name: 'http-get', arguments: {} },
    ];
    demo.setScript([{ text: 'Let me look.', toolCalls }]);
    const pieces: string[] = [];
    const result = await turnAt(demo.url)(request({ onText: (delta) => pieces.push(delta) }));
    const [first, second] = result.toolRequests;
    expect(result).toMatchObject({
      text: 'Let me look.',
      ending: 'tool-calls',
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
      toolRequests: toolCalls.map(({ name, arguments: given }) => ({ tool: name, arguments: given })),
      message: { role: 'assistant', content: 'Let me look.', toolRequests: result.toolRequests },
    });
    expect(first?.id).not.toBe(second?.id);
    expect(pieces.join('')).toBe('Let me look.');
  });

  test('arguments that are not JSON come back as they were, beside the calls that are, and the usage is kept', async () => {
    using console = silenceConsole();
    demo.setScript([{ malformedToolCall: { name: 'http-get', arguments: '{"url": "https://secret.example' } }]);
    const result = await turnAt(demo.url)(request());
    expect(result.toolRequests).toEqual([
      { id: expect.any(String), tool: 'http-get', malformed: '{"url": "https://secret.example' },
    ]);
    expect(result.usage?.outputTokens).toBeGreaterThan(0);
    expect(console.lines().join()).not.toContain('secret');
  });

  test.each([0, 12, 30, 10_000])(
    'a stream cut after %i characters of a tool call is an error that may pass, never half a call',
    async (cutStreamAfter) => {
      const call = { name: 'http-get', arguments: { url: `https://example.com/${'x'.repeat(100)}` } };
      demo.setScript([{ toolCalls: [call], cutStreamAfter }]);
      await expect(turnAt(demo.url)(request())).rejects.toMatchObject({
        code: 'model_unavailable',
        message: expect.stringContaining('broke off'),
      });
      expect(demo.requests()).toHaveLength(1);
    },
  );

  test('an abort in the middle of a tool call rejects with an AbortError and hangs up', async () => {
    const call = { name: 'http-get', arguments: { url: 'x'.repeat(200) } };
    demo.setScript([{ text: 'x', toolCalls: [call], pieceDelayMs: 60_000 }]);
    const abort = new AbortController();
    const aborted = turnAt(demo.url)(request({ signal: abort.signal, onText: () => abort.abort() }));
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => demo.requests()[0]?.outcome).toEqual({ kind: 'aborted', by: 'client' });
  });

  test('a server without structured output is asked with tools as any other', async () => {
    demo.setScript([{ rejectResponseFormat: true, toolCalls: [{ name: 'http-get', arguments: { url: 'x' } }] }]);
    const result = await turnAt(demo.url)(request());
    expect(result.toolRequests).toHaveLength(1);
    expect(demo.requests().map(({ idempotencyKey }) => idempotencyKey)).toEqual(['run/step/1']);
  });

  test('a model that is offered tools and has no script answers by the contract', async () => {
    const { text, toolRequests, ending } = await turnAt(demo.url)(request({ mustAnswer: true }));
    expect(JSON.parse(text)).toHaveProperty('answer');
    expect({ toolRequests, ending }).toEqual({ toolRequests: [], ending: 'answered' });
  });
});

/** Streams fragments of tool calls. */
function streamCalls(response: ServerResponse, fragments: readonly object[], finish = 'tool_calls'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const parts = fragments.map((fragment) => chunk({ tool_calls: [fragment] }));
  response.end(`${parts.join('')}${chunk({}, { finish })}data: [DONE]\n\n`);
}

const fragment = (index: number, id: string | undefined, text: string | undefined) => ({
  index,
  ...compact({ id }),
  type: 'function',
  function: { name: 'http-get', ...compact({ arguments: text }) },
});

async function requestsOf(fragments: readonly object[], finish?: string) {
  await using peer = await startPeer((response) => streamCalls(response, fragments, finish));
  return await turnAt(peer.url)(request());
}

const result = (toolRequest: string, content: string): TurnMessage => ({
  role: 'tool',
  toolRequest,
  tool: 'http-get',
  content,
});

/** A call and what it gave, in a turn before. */
const exchange = (url: string): readonly TurnMessage[] => [
  { role: 'assistant', content: '', toolRequests: [{ id: 'call-1', tool: 'http-get', arguments: { url } }] },
  result('call-1', `page ${url}`),
];

const messagesOf = (got: PeerRequest | undefined) => got?.body['messages'];

describe('on the wire', () => {
  test('a turn that must answer names the tools and forbids them', async () => {
    await using peer = await startPeer((response, got) => streamAnswer(response, got, '{"answer":"yes"}'));
    await turnAt(peer.url)(request({ mustAnswer: true }));
    await turnAt(peer.url)(request({ mustAnswer: true, tools: [] }));
    const [body, without] = peer.requests.map(({ body }) => body);
    expect(body).toMatchObject({ tools: [{ function: { name: 'http-get' } }], tool_choice: 'none' });
    expect(without).not.toHaveProperty('tool_choice');
  });

  test('tools are sent with their schemas unchanged, and the answer format only where none may be called', async () => {
    await using peer = await startPeer((response, got) => streamAnswer(response, got, '{"answer":"yes"}'));
    const turn = turnAt(peer.url);
    await turn(request());
    await turn(request({ tools: [] }));
    await turn(request({ mustAnswer: true }));
    const [body, without, last] = peer.requests.map(({ body }) => body);
    expect(JSON.stringify(body?.['tools'])).toBe(
      JSON.stringify([
        { type: 'function', function: { name: 'http-get', description: 'Gets a page.', parameters: input } },
      ]),
    );
    expect(body).not.toHaveProperty('response_format');
    expect(without).toHaveProperty('response_format.json_schema.schema', schema);
    expect(last).toHaveProperty('response_format.json_schema.schema', schema);
    expect(without).not.toHaveProperty('tools');
    expect(without).not.toHaveProperty('tool_choice');
  });

  test('what came back goes back in the same words: calls with their ids, results behind them, malformed arguments as JSON', async () => {
    using _console = silenceConsole();
    await using peer = await startPeer((response, got) => {
      if (JSON.stringify(got.body).includes('"role":"tool"')) return streamAnswer(response, got, '{"answer":"yes"}');
      return streamCalls(response, [fragment(0, 'a', '{"url":"x"}'), fragment(1, 'b', '{"url":')]);
    });
    const turn = turnAt(peer.url);
    const { message } = await turn(request());
    const transcript = [question, message, result('a', 'Hello.'), result('b', ''), { role: 'user', content: 'Go on.' }];
    await turn(request({ messages: transcript as readonly TurnMessage[] }));
    expect(messagesOf(peer.requests[1])).toEqual([
      { role: 'system', content: expect.stringContaining('Be brief.') },
      question,
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'http-get', arguments: '{"url":"x"}' } },
          { id: 'b', type: 'function', function: { name: 'http-get', arguments: '{"malformed":"{\\"url\\":"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'Hello.' },
      { role: 'tool', tool_call_id: 'b', content: 'Go on.' },
    ]);
  });

  test('calls of different turns may have the same id', async () => {
    await using peer = await startPeer((response, got) => streamAnswer(response, got, '{"answer":"yes"}'));
    await turnAt(peer.url)(request({ messages: [question, ...exchange('one'), ...exchange('two')] }));
    const sent = JSON.stringify(messagesOf(peer.requests[0]));
    for (const part of ['page one', 'page two', '{\\"url\\":\\"one\\"}', '{\\"url\\":\\"two\\"}']) {
      expect(sent.split(part)).toHaveLength(2);
    }
  });

  test.each([
    ['repeated', ['a', 'a'], ['a', 'call00002']],
    ['empty', ['', ''], ['call00001', 'call00002']],
    ['ours already', ['', 'call00001'], ['call00002', 'call00001']],
  ])('ids that are %s are made unique, and no call is lost', async (_case, ids, expected) => {
    const { toolRequests } = await requestsOf(ids.map((id, index) => fragment(index, id, `{"n":${index}}`)));
    expect(toolRequests).toEqual(expected.map((id, index) => ({ id, tool: 'http-get', arguments: { n: index } })));
  });

  test('calls that a server streams without ids are calls', async () => {
    const { toolRequests } = await requestsOf([
      fragment(0, undefined, '{"url":"x"}'),
      fragment(0, undefined, '{"n":2}'),
    ]);
    expect(toolRequests).toEqual([
      { id: 'call00001', tool: 'http-get', arguments: { url: 'x' } },
      { id: 'call00002', tool: 'http-get', arguments: { n: 2 } },
    ]);
  });

  test('a whole answer where a stream was asked for is an answer', async () => {
    const called = { type: 'function', function: { name: 'http-get', arguments: '{"url":"x"}' } };
    const message = { role: 'assistant', content: 'Hm.', tool_calls: [{ ...called, id: null }, called] };
    const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
    const choices = [{ index: 0, message, finish_reason: 'tool_calls' }];
    await using peer = await startPeer((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 's', choices, usage }));
    });
    expect(await turnAt(peer.url)(request())).toMatchObject({
      text: 'Hm.',
      model: 's',
      usage: { inputTokens: 7, outputTokens: 3 },
      toolRequests: ['call00001', 'call00002'].map((id) => ({ id, tool: 'http-get', arguments: { url: 'x' } })),
    });
    expect(peer.requests).toHaveLength(1);
  });

  test.each([
    ['left out', undefined],
    ['empty', ''],
    ['blank', ' \n'],
  ])('arguments that are %s are an empty object', async (_case, text) => {
    const { toolRequests } = await requestsOf([fragment(0, 'a', text)]);
    expect(toolRequests).toEqual([{ id: 'a', tool: 'http-get', arguments: {} }]);
  });

  test('an answer that met the output limit says so, and its last call is malformed even where nothing of its arguments came', async () => {
    const result = await requestsOf([fragment(0, 'a', ''), fragment(1, 'b', '')], 'length');
    expect(result.ending).toBe('length');
    expect(result.toolRequests).toEqual([
      { id: 'a', tool: 'http-get', arguments: {} },
      { id: 'b', tool: 'http-get', malformed: '' },
    ]);
  });

  test('tools are asked for also where the server says that it stopped', async () => {
    expect(await requestsOf([fragment(0, 'a', '{}')], 'stop')).toMatchObject({ ending: 'tool-calls' });
  });

  test('a stream that ends in the middle of the arguments, its connection whole, is an error that may pass', async () => {
    using _console = silenceConsole();
    await using peer = await startPeer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(chunk({ tool_calls: [fragment(0, 'a', '{"url":')] }));
    });
    await expect(turnAt(peer.url)(request())).rejects.toMatchObject({ code: 'model_unavailable' });
  });

  test('a tool that was not offered is a request like any other: it is ours to refuse', async () => {
    const stray = { index: 0, id: 'a', type: 'function', function: { name: 'rm-rf', arguments: '{}' } };
    expect((await requestsOf([stray])).toolRequests).toEqual([{ id: 'a', tool: 'rm-rf', arguments: {} }]);
  });

  test.each([
    [400, 'registry.ollama.ai/library/gemma3 does not support tools'],
    [404, 'No endpoints found that support tool use.'],
    [422, 'Unsupported parameter: tools'],
  ])(
    'status %i blaming the tools is final after one request, never asked again without them',
    async (status, words) => {
      await using peer = await startPeer((response) => refuse(response, status, words));
      await expect(turnAt(peer.url)(request())).rejects.toMatchObject({
        code: 'model_rejected',
        message: expect.stringContaining('takes no tools'),
        details: { status },
      });
      expect(peer.requests).toHaveLength(1);
    },
  );

  test('a server that refuses tools together with a response format is asked without the format, never without the tools', async () => {
    await using peer = await startPeer((response, got) => {
      if ('response_format' in got.body) return refuse(response, 400, "'tools' cannot be used with 'response_format'");
      return streamCalls(response, [fragment(0, 'a', '{}')]);
    });
    await turnAt(peer.url)(request({ mustAnswer: true }));
    expect(peer.requests.map(({ body }) => 'tools' in body)).toEqual([true, true]);
  });
});
