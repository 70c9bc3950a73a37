import type { Json } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { messagesBody } from '../../src/formats/messages/body.ts';
import { optionalFeatures, type OptionalFeature } from '../../src/turn/learnt.ts';
import type { TurnMessage } from '../../src/turn/message.ts';
import { answerOf, read, readEvents, tools } from './streams.ts';

const start: Json = {
  type: 'message_start',
  message: {
    id: 'm',
    model: 'claude-x',
    role: 'assistant',
    content: [],
    usage: { input_tokens: 5, cache_read_input_tokens: 20, output_tokens: 1 },
  },
};
const begin = (index: number, block: Json): Json => ({ type: 'content_block_start', index, content_block: block });
const delta = (index: number, part: Json): Json => ({ type: 'content_block_delta', index, delta: part });
const end = (index: number): Json => ({ type: 'content_block_stop', index });
const finish = (reason: string): Json => ({
  type: 'message_delta',
  delta: { stop_reason: reason },
  usage: { output_tokens: 9 },
});
const stop: Json = { type: 'message_stop' };

const thinking = [
  begin(0, { type: 'thinking', thinking: '', signature: '' }),
  delta(0, { type: 'thinking_delta', thinking: 'Hm, ' }),
  delta(0, { type: 'thinking_delta', thinking: 'yes.' }),
  delta(0, { type: 'signature_delta', signature: 'sig' }),
  end(0),
];
const call = [
  begin(1, { type: 'tool_use', id: 'toolu_1', name: 'lookup', input: {} }),
  { type: 'ping' },
  delta(1, { type: 'input_json_delta', partial_json: '' }),
  delta(1, { type: 'input_json_delta', partial_json: '{"city":' }),
  delta(1, { type: 'input_json_delta', partial_json: '"Oslo"}' }),
  end(1),
] as const;

describe('an answer of Anthropic', () => {
  test('is text, with the tokens of the cache counted', () => {
    const outcome = readEvents('messages', [
      start,
      begin(0, { type: 'text', text: '' }),
      delta(0, { type: 'text_delta', text: '{"a":1}' }),
      end(0),
      finish('end_turn'),
      stop,
    ]);
    expect(answerOf(outcome)).toEqual({
      text: '{"a":1}',
      toolRequests: [],
      ending: 'answered',
      model: 'claude-x',
      usage: { inputTokens: 25, outputTokens: 9 },
    });
  });

  test('is calls, its thinking carried with the signature', () => {
    expect(answerOf(readEvents('messages', [start, ...thinking, ...call, finish('tool_use'), stop]))).toMatchObject({
      text: '',
      ending: 'tool-calls',
      toolRequests: [{ id: 'toolu_1', tool: 'lookup', arguments: { city: 'Oslo' } }],
      carried: { blocks: [{ type: 'thinking', thinking: 'Hm, yes.', signature: 'sig' }] },
    });
  });

  test.each<[string, readonly Json[], object]>([
    [
      'a call without arguments',
      [begin(0, { type: 'tool_use', id: 'a', name: 'lookup', input: {} }), finish('tool_use')],
      { toolRequests: [{ arguments: {} }] },
    ],
    [
      'a call with its arguments at once',
      [begin(0, { type: 'tool_use', id: 'a', name: 'lookup', input: { n: 1 } }), finish('tool_use')],
      { toolRequests: [{ arguments: { n: 1 } }] },
    ],
    ['a limit', [delta(0, { type: 'text_delta', text: '{"a"' }), finish('max_tokens')], { ending: 'length' }],
    [
      'a refusal',
      [delta(0, { type: 'text_delta', text: 'No.' }), finish('refusal')],
      { ending: 'refused', text: 'No.' },
    ],
    [
      'redacted thinking',
      [
        begin(0, { type: 'redacted_thinking', data: 'xyz' }),
        delta(1, { type: 'text_delta', text: 'x' }),
        finish('end_turn'),
      ],
      { carried: { blocks: [{ type: 'redacted_thinking', data: 'xyz' }] } },
    ],
    [
      'events that nobody knows yet',
      [
        { type: 'whatever', a: 1 },
        delta(0, { type: 'citations_delta', citation: {} }),
        delta(0, { type: 'text_delta', text: 'x' }),
        finish('end_turn'),
      ],
      { text: 'x' },
    ],
  ])('with %s', (_case, events, expected) => {
    expect(answerOf(readEvents('messages', [start, ...events, stop]))).toMatchObject(expected);
  });

  test('as a whole is one too', () => {
    const whole = {
      type: 'message',
      model: 'claude-x',
      content: [
        { type: 'thinking', thinking: 'Hm', signature: 's' },
        { type: 'text', text: 'Look.' },
        { type: 'tool_use', id: 'a', name: 'lookup', input: { n: 1 } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 3, output_tokens: 4 },
    };
    expect(answerOf(read('messages', JSON.stringify(whole)))).toMatchObject({
      text: 'Look.',
      toolRequests: [{ tool: 'lookup', arguments: { n: 1 } }],
      usage: { inputTokens: 3, outputTokens: 4 },
      carried: { blocks: [{ thinking: 'Hm', signature: 's' }] },
    });
  });

  test('is cut without a reason to stop, and an error is told', () => {
    expect(readEvents('messages', [start, delta(0, { type: 'text_delta', text: '{' })])).toEqual({ kind: 'cut' });
    expect(
      readEvents('messages', [start, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }]),
    ).toEqual({
      kind: 'fault',
      fault: { reason: 'overloaded_error', words: 'Overloaded' },
    });
  });
});

describe('a request to Anthropic', () => {
  const asked = 'anthropic/m';
  const from = { model: asked, api: 'messages' } as const;
  const transcript: readonly TurnMessage[] = [
    { role: 'user', content: 'q' },
    {
      role: 'assistant',
      content: '',
      from,
      carried: { blocks: [{ type: 'thinking', thinking: 'Hm', signature: 's' }] },
      toolRequests: [
        { id: 'a', tool: 'lookup', arguments: { n: 1 } },
        { id: 'functions.lookup:1', tool: 'look up!', malformed: '{' },
      ],
    },
    { role: 'tool', toolRequest: 'a', tool: 'lookup', content: 'one' },
    { role: 'tool', toolRequest: 'functions.lookup:1', tool: 'look up!', content: 'two' },
    { role: 'user', content: 'Be brief.' },
    { role: 'assistant', content: '', from },
    { role: 'user', content: 'Again.' },
  ];
  const body = (more: object = {}, without: readonly OptionalFeature[] = []) =>
    messagesBody(
      {
        instructions: 'i',
        messages: transcript,
        schema: { type: 'object' },
        tools,
        mustAnswer: false,
        idempotencyKey: 'k',
        signal: AbortSignal.abort(),
        ...more,
      },
      { model: 'm', asked, features: new Set(optionalFeatures.filter((one) => !without.includes(one))) },
    );

  test('alternates, answers each call first, brings thinking back, and has no empty message', () => {
    expect(body()['messages']).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'q' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 's' },
          { type: 'tool_use', id: 'a', name: 'lookup', input: { n: 1 } },
          { type: 'tool_use', id: 't0001c002', name: 'look_up_', input: { malformed: '{' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'one' },
          { type: 'tool_result', tool_use_id: 't0001c002', content: 'two' },
          { type: 'text', text: 'Be brief.\n\nAgain.', cache_control: { type: 'ephemeral' } },
        ],
      },
    ]);
  });

  test('has a limit, instructions apart, tools, and the form only where it must answer', () => {
    expect(body()).toMatchObject({
      max_tokens: 8_192,
      stream: true,
      tools: [{ name: 'lookup', input_schema: { type: 'object' } }],
    });
    expect(body()).not.toHaveProperty('output_config');
    expect(body({ mustAnswer: true })).toMatchObject({
      tool_choice: { type: 'none' },
      system: [{ text: 'i' }],
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
    });
    expect(JSON.stringify(body({ mustAnswer: true }, ['response_format'])['system'])).toContain('JSON schema');
  });
});
