/** The strict fakes take what the documentation shows, and refuse what it forbids. */

import { describe, expect, test } from 'vitest';
import type { RequestBody, Rule } from './shape.ts';
import { alternation, anthropic, thinkingBack } from './strict/anthropic.ts';
import { cohere } from './strict/cohere.ts';
import * as deepseek from './strict/deepseek.ts';
import * as gemini from './strict/gemini.ts';
import * as groq from './strict/groq.ts';
import { mistral } from './strict/mistral.ts';
import { openaiChat } from './strict/openai-chat.ts';
import { openaiResponses, reasoningBack } from './strict/openai-responses.ts';
import { alternating, noSystem, systemFirst } from './strict/templates.ts';

const headers = { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' };
const refusal = (rule: Rule, body: RequestBody, about: object = {}) => rule(body, { headers, refused: 0, ...about });
const textOf = (rule: Rule, body: RequestBody): string => JSON.stringify(refusal(rule, body) ?? 'taken');

const object = { type: 'object', additionalProperties: false, required: ['a'], properties: { a: { type: 'string' } } };
const form = (schema: object, strict = true) => ({
  response_format: { type: 'json_schema', json_schema: { name: 'answer', strict, schema } },
});
const chatTools = { tools: [{ type: 'function', function: { name: 'lookup', description: 'x', parameters: object } }] };
const call = (more: object = {}) => ({
  id: 'abcdefgh1',
  type: 'function',
  function: { name: 'lookup', arguments: '{}' },
  ...more,
});
const user = { role: 'user', content: 'hello' };
const system = { role: 'system', content: 'be brief' };
const asked = (more: object = {}, id = 'abcdefgh1') => ({
  role: 'assistant',
  content: null,
  tool_calls: [call({ id })],
  ...more,
});
const result = (id = 'abcdefgh1') => ({ role: 'tool', tool_call_id: id, content: 'rain' });
const chat = (messages: readonly object[], more: object = {}) => ({ model: 'm', messages, stream: true, ...more });

const item = (role: string, type: string, text = 'x') => ({ type: 'message', role, content: [{ type, text }] });
const responsesBody = (input: unknown, more: object = {}) => ({ model: 'm', input, store: false, ...more });
const messagesBody = (messages: readonly object[], more: object = {}) => ({
  model: 'm',
  max_tokens: 100,
  messages,
  ...more,
});
const outputForm = (schema: object) => ({ output_config: { format: { type: 'json_schema', schema } } });

describe('OpenAI chat', () => {
  test('takes a conversation with calls, their results and a strict form', () => {
    expect(
      refusal(
        openaiChat,
        chat([system, user, asked(), result(), user], {
          ...chatTools,
          ...form(object),
          stream_options: { include_usage: true },
        }),
      ),
    ).toBeUndefined();
  });

  test.each<[string, object, RegExp]>([
    ['a field that it does not know', chat([user], { top_k: 1 }), /Unrecognized.*top_k/],
    ['options of a stream without one', chat([user], { stream: false, stream_options: {} }), /stream_options/],
    ['a choice of tools without tools', chat([user], { tool_choice: 'none' }), /tool_choice/],
    ['a call without its result', chat([user, asked(), user], chatTools), /must be followed by tool messages/],
    ['a result without its call', chat([user, result()]), /must be a response/],
    ['an answer without content', chat([user, { role: 'assistant', content: null }]), /expected a string/],
    ['a property that is not required', chat([user], form({ ...object, required: [] })), /required/],
    [
      'an object that allows others',
      chat([user], form({ ...object, additionalProperties: true })),
      /additionalProperties/,
    ],
    ['a keyword beyond the subset', chat([user], form({ ...object, patternProperties: {} })), /patternProperties/],
    [
      'the name of a tool with a dot',
      chat([user], { tools: [{ type: 'function', function: { name: 'a.b', parameters: object } }] }),
      /pattern/,
    ],
  ])('refuses %s', (_what, body, words) => {
    expect(textOf(openaiChat, body as RequestBody)).toMatch(words);
  });

  test('takes any schema that is not called strict', () => {
    expect(refusal(openaiChat, chat([user], form({ type: 'object' }, false)))).toBeUndefined();
  });
});

describe('OpenAI responses', () => {
  const fc = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'lookup', arguments: '{}' };
  const output = { type: 'function_call_output', call_id: 'c1', output: 'rain' };
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'sealed' };

  test('takes a conversation with reasoning, a call and its output', () => {
    const whole = responsesBody([item('user', 'input_text'), reasoning, fc, output, item('assistant', 'output_text')], {
      text: { format: { type: 'json_schema', name: 'answer', strict: true, schema: object } },
      tools: [{ type: 'function', name: 'lookup', parameters: object }],
    });
    expect(refusal(openaiResponses, whole)).toBeUndefined();
    expect(refusal(reasoningBack, whole)).toBeUndefined();
  });

  test.each<[string, object, RegExp]>([
    ['a field that it does not know', responsesBody('x', { messages: [] }), /Unknown parameter/],
    ['an output without its call', responsesBody([output]), /No tool call found/],
    ['a call without its output', responsesBody([fc]), /No tool output found/],
    ['arguments that are an object', responsesBody([{ ...fc, arguments: {} }, output]), /expected a string/],
    ['the text of a person as output', responsesBody([item('user', 'output_text')]), /output_text/],
    ['the text of the model as input', responsesBody([item('assistant', 'input_text')]), /input_text/],
    [
      'a tool in the form of chat completions',
      responsesBody('x', { tools: [{ type: 'function', function: { name: 'a' } }] }),
      /tools\[0\]\.name/,
    ],
    [
      'a form without a name',
      responsesBody('x', { text: { format: { type: 'json_schema', schema: object } } }),
      /text\.format\.name/,
    ],
    [
      'a loose schema that is called strict',
      responsesBody('x', {
        text: { format: { type: 'json_schema', name: 'a', strict: true, schema: { type: 'object' } } },
      }),
      /additionalProperties/,
    ],
  ])('refuses %s', (_what, given, words) => {
    expect(textOf(openaiResponses, given as RequestBody)).toMatch(words);
  });

  test.each<[string, unknown, RegExp]>([
    ['a call without its reasoning', [fc, output], /without its required 'reasoning'/],
    ['reasoning with nothing behind it', [reasoning], /required following item/],
    ['reasoning that is not sealed', [{ ...reasoning, encrypted_content: undefined }, fc, output], /not persisted/],
  ])('of a reasoning model refuses %s', (_what, input, words) => {
    expect(textOf(reasoningBack, responsesBody(input))).toMatch(words);
  });
});

describe('Anthropic', () => {
  const thought = { type: 'thinking', thinking: 'Hm.', signature: 's' };
  const use = { type: 'tool_use', id: 't1', name: 'lookup', input: {} };
  const toolResult = { type: 'tool_result', tool_use_id: 't1', content: 'rain' };
  const tools = { tools: [{ name: 'lookup', description: 'x', input_schema: object }] };
  const rounds = [
    user,
    { role: 'assistant', content: [thought, use] },
    { role: 'user', content: [toolResult, { type: 'text', text: 'and be brief' }] },
  ];

  test('takes calls, their results first, words behind them, thoughts as they were, and a closed schema', () => {
    expect(
      refusal(anthropic, messagesBody(rounds, { ...tools, ...outputForm(object), system: 'be brief' })),
    ).toBeUndefined();
    expect(refusal(thinkingBack(thought), messagesBody(rounds))).toBeUndefined();
    expect(refusal(alternation, messagesBody(rounds))).toBeUndefined();
  });

  test.each<[string, object, RegExp]>([
    ['a field that it does not know', messagesBody([user], { n: 1 }), /n: Extra inputs/],
    ['a request without a limit', { model: 'm', messages: [user] }, /max_tokens/],
    ['an answer first', messagesBody([{ role: 'assistant', content: 'x' }]), /first message/],
    ['an answer last', messagesBody([user, { role: 'assistant', content: 'x' }]), /prefill/],
    ['an empty message', messagesBody([user, { role: 'assistant', content: [] }, user]), /non-empty/],
    ['an empty text', messagesBody([{ role: 'user', content: [{ type: 'text', text: '' }] }]), /must be non-empty/],
    ['a blank text', messagesBody([{ role: 'user', content: ' \n' }]), /non-whitespace/],
    [
      'a call without its result',
      messagesBody([user, { role: 'assistant', content: [use] }, user], tools),
      /without `tool_result`/,
    ],
    [
      'words before the result',
      messagesBody(
        [
          user,
          { role: 'assistant', content: [use] },
          { role: 'user', content: [{ type: 'text', text: 'x' }, toolResult] },
        ],
        tools,
      ),
      /without `tool_result`/,
    ],
    [
      'a result without its call',
      messagesBody([{ role: 'user', content: [toolResult] }], tools),
      /unexpected `tool_use_id`/,
    ],
    ['calls of tools that are not named', messagesBody(rounds), /must define tools/],
    ['the role of a system', messagesBody([system, user]), /Input should be|first message/],
    ['an open object in a schema', messagesBody([user], outputForm({ type: 'object' })), /additionalProperties/],
    [
      'a bound in a schema',
      messagesBody([user], outputForm({ ...object, properties: { a: { type: 'string', minLength: 1 } } })),
      /minLength/,
    ],
    ['a temperature above 1', messagesBody([user], { temperature: 1.5 }), /temperature/],
  ])('refuses %s', (_what, given, words) => {
    expect(textOf(anthropic, given as RequestBody)).toMatch(words);
  });

  test('refuses whoever has no key, or names no version', () => {
    expect(refusal(anthropic, messagesBody([user]), { headers: {} })?.status).toBe(401);
    expect(refusal(anthropic, messagesBody([user]), { headers: { 'x-api-key': 'k' } })?.status).toBe(400);
  });

  test('refuses a thought that was changed, and two messages of one role where that is told', () => {
    expect(refusal(thinkingBack({ ...thought, signature: 'other' }), messagesBody(rounds))?.status).toBe(400);
    expect(refusal(alternation, messagesBody([user, user]))?.status).toBe(400);
  });
});

describe('Mistral', () => {
  test('takes calls whose ids are its own, and nothing behind their results but more', () => {
    expect(refusal(mistral, chat([system, user, asked({ content: '' }), result()], chatTools))).toBeUndefined();
  });

  test.each<[string, object, RegExp]>([
    ['a field that it does not know', chat([user], { stream_options: {} }), /extra_forbidden.*stream_options/],
    [
      'a field of a message',
      chat([user, asked({ reasoning_content: 'x' }), result()]),
      /extra_forbidden.*reasoning_content/,
    ],
    ['an id of another form', chat([user, asked({}, 'call_1'), result('call_1')]), /length of 9/],
    ['a person behind a tool', chat([user, asked(), result(), user]), /Unexpected role 'user' after role 'tool'/],
    ['an answer last', chat([user, { role: 'assistant', content: 'x' }]), /Expected last role/],
    ['an empty answer', chat([user, { role: 'assistant', content: '' }, user]), /either content or tool_calls/],
  ])('refuses %s', (_what, body, words) => {
    expect(textOf(mistral, body as RequestBody)).toMatch(words);
  });
});

describe('others', () => {
  test('Gemini wants signatures back, no form beside tools, and keywords of its subset', () => {
    const signed = asked({ tool_calls: [call({ extra_content: { google: { thought_signature: 's' } } })] });
    expect(refusal(gemini.signatureBack('s'), chat([user, signed, result()]))).toBeUndefined();
    expect(textOf(gemini.signatureBack('s'), chat([user, asked(), result()]))).toMatch(
      /missing a thought_signature.*lookup/,
    );
    expect(refusal(gemini.noSchemaWithTools, chat([user], form(object)))).toBeUndefined();
    expect(refusal(gemini.noSchemaWithTools, chat([user], { ...form(object), ...chatTools }))?.status).toBe(400);
    expect(refusal(gemini.schemaSubset, chat([user], form(object)))).toBeUndefined();
    expect(textOf(gemini.schemaSubset, chat([user], form({ ...object, properties: { a: { const: 1 } } })))).toMatch(
      /Unknown name \\"const\\"/,
    );
  });

  test('DeepSeek wants thoughts back, and knows JSON mode alone', () => {
    expect(
      refusal(deepseek.reasoningBack, chat([user, asked({ reasoning_content: 'Hm.' }), result()])),
    ).toBeUndefined();
    expect(refusal(deepseek.reasoningBack, chat([user, asked(), result()]))?.status).toBe(400);
    expect(
      refusal(deepseek.jsonObjectOnly, chat([user], { response_format: { type: 'json_object' } })),
    ).toBeUndefined();
    expect(refusal(deepseek.jsonObjectOnly, chat([user], form(object)))?.status).toBe(400);
  });

  test('Groq takes no form beside tools, and no field of a message that it does not know', () => {
    expect(refusal(groq.noSchemaWithTools, chat([user], { ...form(object), ...chatTools }))?.status).toBe(400);
    expect(refusal(groq.noSchemaWithTools, chat([user], chatTools))).toBeUndefined();
    expect(refusal(groq.knownMessageFields, chat([user, asked(), result()]))).toBeUndefined();
    expect(textOf(groq.knownMessageFields, chat([user, asked({ reasoning_content: 'x' })]))).toMatch(
      /reasoning_content/,
    );
  });

  test('Cohere takes no form beside tools, wants something required, and a person who speaks', () => {
    expect(refusal(cohere, chat([user], chatTools))).toBeUndefined();
    expect(refusal(cohere, chat([user], { ...form(object), ...chatTools }))?.status).toBe(400);
    expect(refusal(cohere, chat([user], form({ ...object, required: [] })))?.status).toBe(400);
    expect(refusal(cohere, chat([system]))?.status).toBe(400);
    expect(refusal(cohere, chat([{ role: 'user', content: ' ' }]))?.status).toBe(400);
  });

  test('templates count roles, or know no system', () => {
    const answer = { role: 'assistant', content: 'x' };
    expect(refusal(alternating, chat([system, user, asked(), result(), answer, user]))).toBeUndefined();
    expect(refusal(alternating, chat([user, user]))?.status).toBe(400);
    expect(refusal(alternating, chat([user, asked(), result(), user]))?.status).toBe(400);
    expect(refusal(noSystem, chat([user]))).toBeUndefined();
    expect(refusal(noSystem, chat([system, user]))?.status).toBe(400);
    expect(refusal(systemFirst, chat([system, user]))).toBeUndefined();
    expect(refusal(systemFirst, chat([user, system]))?.status).toBe(400);
  });
});
