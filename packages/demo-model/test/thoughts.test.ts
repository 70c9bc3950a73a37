import { describe, expect, test } from 'vitest';
import { ask, start, textOf, type TalkOptions } from './talk.ts';

const anthropic = { 'anthropic-version': '2023-06-01' };
const question = { role: 'user', content: 'What is there?' };
const script = [
  {
    match: { afterTools: 0 },
    thoughts: 'I should look.',
    requireCarried: true as const,
    toolCalls: [{ name: 'look', arguments: {} }],
  },
  { text: 'done' },
];

interface Form {
  readonly options: TalkOptions;
  readonly first: object;
  /** The next request of the conversation, with the thoughts or without. */
  readonly next: (answer: unknown, withThoughts: boolean) => object;
}

interface ChatAnswer {
  readonly choices: readonly { readonly message: { reasoning_content?: string; tool_calls: { id: string }[] } }[];
}
interface MessagesAnswer {
  readonly content: readonly { readonly type: string; readonly id?: string }[];
}
interface ResponsesAnswer {
  readonly output: readonly { readonly type: string; readonly call_id?: string }[];
}

const forms: Readonly<Record<string, Form>> = {
  chat: {
    options: {},
    first: { messages: [question] },
    next(answer, withThoughts) {
      const message = { ...(answer as ChatAnswer).choices[0]!.message };
      if (!withThoughts) delete message.reasoning_content;
      const result = { role: 'tool', tool_call_id: message.tool_calls[0]?.id, content: 'a cat' };
      return { messages: [question, message, result] };
    },
  },
  messages: {
    options: { path: '/messages', headers: anthropic },
    first: { messages: [question] },
    next(answer, withThoughts) {
      const { content } = answer as MessagesAnswer;
      const kept = content.filter(({ type }) => withThoughts || type !== 'thinking');
      const result = { type: 'tool_result', tool_use_id: content.at(-1)?.id, content: 'a cat' };
      return { messages: [question, { role: 'assistant', content: kept }, { role: 'user', content: [result] }] };
    },
  },
  responses: {
    options: { path: '/responses' },
    first: { input: [question], include: ['reasoning.encrypted_content'], store: false },
    next(answer, withThoughts) {
      const { output } = answer as ResponsesAnswer;
      const kept = output.filter(({ type }) => withThoughts || type !== 'reasoning');
      const result = { type: 'function_call_output', call_id: output.at(-1)?.call_id, output: 'a cat' };
      return { input: [question, ...kept, result], store: false };
    },
  },
};

describe.for(Object.entries(forms))('in %s', ([, { options, first, next }]) => {
  test('a call comes back with the thoughts that led to it, or is refused', async () => {
    await using model = await start({ script });
    const { body } = await ask(model, first, options);
    expect(JSON.stringify(body)).toContain('I should look.');
    const without = await ask(model, next(body, false), options);
    expect(without).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/^The call .* came back without the /) } },
    });
    const whole = await ask(model, next(body, true), options);
    expect(whole.status).toBe(200);
    expect(JSON.stringify(whole.body)).toContain('done');
  });

  test('a field that the script does not want is refused by its name', async () => {
    await using model = await start({ script: [{ rejectFields: ['top_p', 'temperature'] }] });
    const refused = await ask(model, { ...first, temperature: 0 }, options);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { message: 'temperature is not supported by this server.' } },
    });
  });

  test('the log tells which format it was', async () => {
    await using model = await start({ script: [{ text: 'ok' }] });
    await ask(model, first, options);
    const path = options.path ?? '/chat/completions';
    expect(path).toContain(model.requests()[0]?.api);
  });
});

test('thoughts may stand inside the text', async () => {
  await using model = await start({ script: [{ thinkTags: 'Hm.', json: { a: 1 } }] });
  expect(textOf(await ask(model))).toBe('<think>\nHm.\n</think>\n\n{"a":1}');
});

test('a script that wants thoughts back says what it thinks', async () => {
  await expect(start({ script: [{ requireCarried: true, text: 'a' }] })).rejects.toThrow('add thoughts');
});

const called = (id: string) => ({ id, type: 'function', function: { name: 'look', arguments: '{}' } });

test.for<[string, string, object[]]>([
  ['a result without its call', 'role "tool"', [question, { role: 'tool', tool_call_id: 'a', content: 'x' }]],
  [
    'a call without its result',
    'missing: a',
    [{ role: 'assistant', content: null, tool_calls: [called('a')] }, question],
  ],
  ['half a surrogate pair', 'surrogate', [{ role: 'user', content: '\ud83d' }]],
])('a chat completion with %s is refused', async ([, words, messages]) => {
  await using model = await start();
  const { status, body } = await ask(model, { messages });
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { message: expect.stringContaining(words) } });
});
