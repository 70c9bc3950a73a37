import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@perdure/testing';
import { afterAll, describe, expect, test } from 'vitest';
import type { Script } from '../src/index.ts';
import { ask, eventsOf, pieceOf, post, start, textOf, withSchema } from './talk.ts';

const folder = mkdtempSync(join(tmpdir(), 'demo-model-'));
afterAll(() => rmSync(folder, { recursive: true }));

const schema = {
  type: 'object',
  required: ['verdict', 'feedback'],
  additionalProperties: false,
  properties: {
    verdict: { type: 'string', enum: ['approved', 'changes_requested'] },
    feedback: { type: 'string' },
  },
};

describe('which rule applies', () => {
  test('the first one that matches, as often as it says, then the next, then none', async () => {
    await using model = await start({
      script: [
        { times: 2, status: 500 },
        { times: 1, text: 'then this' },
      ],
    });
    const replies = [await ask(model), await ask(model), await ask(model), await ask(model)];
    expect(replies.map(({ status }) => status)).toEqual([500, 500, 200, 200]);
    expect(replies.map((reply) => (reply.status === 200 ? textOf(reply) : '')).slice(2)).toEqual([
      'then this',
      expect.stringContaining('URL shortener'),
    ]);
  });

  test('the nth request, a part of the key, of the instructions or of the prompt', async () => {
    await using model = await start({
      script: [
        { match: { nth: 2 }, text: 'second' },
        { match: { idempotencyKeyIncludes: '/planner/' }, text: 'by key' },
        { match: { agentIncludes: 'You review' }, text: 'by agent' },
        { match: { promptIncludes: 'haiku' }, text: 'by prompt' },
      ],
    });
    const user = { role: 'user', content: 'a haiku' };
    const system = { role: 'system', content: 'You review plans.' };
    const first = await ask(model, {}, { headers: { 'idempotency-key': 'run/planner/turn-1/1' } });
    const second = await ask(model, {}, { headers: { 'idempotency-key': 'run/planner/turn-1/2' } });
    const third = await ask(model, { messages: [system, user] });
    const fourth = await ask(model, { messages: [user] });
    expect([first, second, third, fourth].map(textOf)).toEqual(['by key', 'second', 'by agent', 'by prompt']);
  });

  test('a header counts for its own request and goes before the script', async () => {
    await using model = await start({ script: [{ text: 'script' }] });
    const headers = { 'x-demo-script': JSON.stringify([{ text: 'header' }]) };
    expect(textOf(await ask(model, {}, { headers }))).toBe('header');
    expect(textOf(await ask(model))).toBe('script');
  });

  test('setScript replaces the script', async () => {
    await using model = await start({ script: [{ text: 'one' }] });
    model.setScript([{ text: 'two' }]);
    expect(textOf(await ask(model))).toBe('two');
    model.setScript([]);
    expect(textOf(await ask(model))).toContain('demo model');
  });
});

describe('a script file', () => {
  test('may come later, is read again when it changes, and then has all its uses left', async () => {
    const scriptFile = join(folder, 'later.json');
    await using model = await start({ scriptFile });
    expect((await ask(model)).status).toBe(200);
    const write = (rules: unknown, second: number) => {
      writeFileSync(scriptFile, JSON.stringify(rules));
      utimesSync(scriptFile, second, second);
    };
    write([{ times: 1, status: 503 }], 1000);
    expect([(await ask(model)).status, (await ask(model)).status]).toEqual([503, 200]);
    write([{ times: 1, status: 502 }], 2000);
    expect([(await ask(model)).status, (await ask(model)).status]).toEqual([502, 200]);
  });

  test('that is bad is refused at start, and later answered with 400 until it is corrected', async () => {
    const scriptFile = join(folder, 'bad.json');
    writeFileSync(scriptFile, '[{"statu":500}]');
    await expect(start({ scriptFile })).rejects.toMatchObject({ code: 'config_invalid' });
    writeFileSync(scriptFile, '[]');
    await using model = await start({ scriptFile });
    writeFileSync(scriptFile, '{not json');
    const { status, body } = await ask(model);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { code: 'demo_script_invalid', message: expect.stringContaining('bad.json') },
    });
    writeFileSync(scriptFile, '[ ]');
    expect((await ask(model)).status).toBe(200);
  });

  test.for<[string, unknown, string]>([
    ['is not a list', { status: 500 }, 'expected array'],
    ['has an unknown member', [{}, { statu: 500 }], 'rule 2: Unrecognized key: "statu"'],
    ['has a value out of range', [{ match: { nth: 0 } }], 'rule 1, match.nth: '],
    ['answers in two ways at once', [{ text: 'a', notJson: true }], 'rule 1: has more than one of text, toolCalls'],
  ])('that %s is refused with one sentence that names the place', async ([, script, words]) => {
    await using model = await start();
    const refused = () => model.setScript(script as Script);
    expect(refused).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(words) }),
    );
    const headers = { 'x-demo-script': JSON.stringify(script) };
    expect((await ask(model, {}, { headers })).status).toBe(400);
  });
});

describe('refusals by script', () => {
  test('a status comes with Retry-After and an error body of its kind', async () => {
    await using model = await start({ script: [{ status: 429, retryAfter: 7 }] });
    const { status, headers, body } = await ask(model);
    expect([status, headers.get('retry-after')]).toEqual([429, '7']);
    expect(body).toMatchObject({ error: { type: 'rate_limit_error', message: expect.any(String) } });
  });

  test('an API key is asked for, and never shown', async () => {
    await using model = await start({ script: [{ apiKey: 'sk-right' }] });
    const wrong = await ask(model, {}, { headers: { authorization: 'Bearer sk-wrong' } });
    expect(wrong.status).toBe(401);
    expect(JSON.stringify(wrong.body)).not.toMatch(/sk-/);
    expect((await ask(model, {}, { headers: { authorization: 'Bearer sk-right' } })).status).toBe(200);
  });

  test('response_format is refused by name, and a request without it is answered', async () => {
    await using model = await start({ script: [{ rejectResponseFormat: true }] });
    const { status, body } = await ask(model, withSchema(schema));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { param: 'response_format', message: expect.stringContaining('response_format') },
    });
    expect((await ask(model)).status).toBe(200);
  });
});

interface CallFragment {
  readonly function: { readonly name?: string; readonly arguments: string };
}

/** Parts of tool calls that an event carries. */
function callsOf(event: unknown): readonly CallFragment[] {
  const { choices = [] } = event as { choices?: readonly { delta: { tool_calls?: readonly CallFragment[] } }[] };
  return choices[0]?.delta.tool_calls ?? [];
}

async function scripted(script: Script, request: object = withSchema(schema)) {
  await using model = await start({ script });
  return await ask(model, request);
}

describe('answers by script', () => {
  test('exact text and exact JSON are sent as they are', async () => {
    expect(textOf(await scripted([{ text: 'Grüße 🐢' }]))).toBe('Grüße 🐢');
    expect(textOf(await scripted([{ json: { any: [1, null] } }]))).toBe('{"any":[1,null]}');
  });

  test('notJson is prose where JSON is wanted', async () => {
    const reply = await scripted([{ notJson: true }]);
    expect(() => JSON.parse(textOf(reply))).toThrow(SyntaxError);
  });

  test('breakContract is JSON that lacks what the schema requires', async () => {
    const answer: unknown = JSON.parse(textOf(await scripted([{ breakContract: true }])));
    expect(answer).not.toHaveProperty('verdict');
    expect(answer).toHaveProperty('feedback');
  });

  test('a verdict turns the review around and gives it something to answer', async () => {
    expect(JSON.parse(textOf(await scripted([])))).toEqual({ verdict: 'approved', feedback: '' });
    expect(JSON.parse(textOf(await scripted([{ verdict: 'changes_requested' }])))).toEqual({
      verdict: 'changes_requested',
      feedback: expect.stringContaining('acceptance check'),
    });
  });

  test('tool calls are asked for in both forms, with a finish reason of their own', async () => {
    const script = [{ toolCalls: [{ name: 'http-get', arguments: { url: 'http://127.0.0.1/' } }] }];
    const call = { type: 'function', function: { name: 'http-get', arguments: '{"url":"http://127.0.0.1/"}' } };
    const { body } = await scripted(script);
    expect(body).toMatchObject({
      choices: [{ message: { content: null, tool_calls: [call] }, finish_reason: 'tool_calls' }],
    });
    await using model = await start({ script });
    const events = eventsOf(await (await post(model, { stream: true })).text());
    const fragments = events.flatMap(callsOf);
    expect(fragments[0]).toEqual({
      ...call,
      index: 0,
      id: expect.any(String),
      function: { name: 'http-get', arguments: '' },
    });
    expect(fragments.map((fragment) => fragment.function.arguments).join('')).toBe(call.function.arguments);
    expect(events.at(-2)).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] });
  });
});

const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'page one' });
const called = (...ids: readonly string[]) => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'read', arguments: '{}' } })),
});

describe('tools by script', () => {
  test('text may go before tool calls, and arguments may be no JSON', async () => {
    const calls = [{ name: 'http-get', arguments: {} }];
    expect((await scripted([{ text: 'Let me look.', toolCalls: calls }])).body).toMatchObject({
      choices: [{ message: { content: 'Let me look.', tool_calls: [{}] }, finish_reason: 'tool_calls' }],
    });
    expect((await scripted([{ malformedToolCall: { name: 'http-get', arguments: 'not json' } }])).body).toMatchObject({
      choices: [{ message: { tool_calls: [{ function: { name: 'http-get', arguments: 'not json' } }] } }],
    });
  });

  test('a rule may wait for results of tools, by their number or by what they say', async () => {
    await using model = await start({
      script: [
        { match: { afterTools: 0 }, text: 'before' },
        { match: { afterTools: 2 }, text: 'after two' },
        { match: { promptIncludes: 'page one' }, text: 'after one' },
      ],
    });
    const user = { role: 'user', content: 'Read it.' };
    const ends = [[user], [user, called('a'), result('a')], [user, called('a', 'b'), result('a'), result('b')]];
    const replies = await Promise.all(ends.map((messages) => ask(model, { messages })));
    expect(replies.map(textOf)).toEqual(['before', 'after one', 'after two']);
  });

  test('without a rule the tools on offer are not called: the answer fits the contract', async () => {
    const tools = [{ type: 'function', function: { name: 'http-get', parameters: {} } }];
    const { body } = await scripted([], { ...withSchema(schema), tools });
    expect(body).toMatchObject({
      choices: [{ message: { content: expect.stringContaining('verdict') }, finish_reason: 'stop' }],
    });
  });

  test('a stream is cut in the middle of the arguments of a call', async () => {
    const toolCalls = [{ name: 'http-get', arguments: { url: 'x'.repeat(500) } }];
    await using model = await start({ script: [{ cutStreamAfter: 60, toolCalls }] });
    const { received, error } = await readAll(await post(model, { stream: true }));
    expect(error).toBe('terminated');
    const text = eventsOf(received)
      .flatMap(callsOf)
      .map((fragment) => fragment.function.arguments);
    expect(text.join('')).toBe(`{"url":"${'x'.repeat(40)}`);
  });
});

/** What arrives of a body, and how reading it failed. */
async function readAll(response: Response): Promise<{ readonly received: string; readonly error?: string }> {
  let received = '';
  try {
    for await (const bytes of response.body ?? []) received += Buffer.from(bytes).toString();
    return { received };
  } catch (error) {
    return { received, error: (error as Error).message };
  }
}

describe('time and broken connections', () => {
  test('delays are taken from the clock, before the answer and between its pieces', async () => {
    const slept: number[] = [];
    const clock = { now: () => 1_700_000_000_000, sleep: async (ms: number) => void slept.push(ms) };
    await using model = await start({ clock, script: [{ delayMs: 5000, pieceDelayMs: 70, text: 'x'.repeat(60) }] });
    await (await post(model, { stream: true })).text();
    expect(slept).toEqual([5000, 70, 70, 70]);
    expect(model.requests()[0]?.at).toBe('2023-11-14T22:13:20.000Z');
  });

  test('a stream is cut after the characters named: what was sent arrives, [DONE] never does', async () => {
    await using model = await start({ script: [{ cutStreamAfter: 50, text: 'x'.repeat(500) }] });
    const response = await post(model, { stream: true });
    const { received, error } = await readAll(response);
    expect(error).toBe('terminated');
    expect(eventsOf(received).map(pieceOf).join('')).toBe('x'.repeat(48));
    expect(received).not.toContain('[DONE]');
    await until(() => model.requests()[0]?.outcome.kind === 'aborted', { what: 'the request is aborted' });
    expect(model.requests()[0]?.outcome).toEqual({ kind: 'aborted', by: 'script' });
  });

  test('an answer is cut before its end, even where the cut is set behind it', async () => {
    await using model = await start({ script: [{ cutStreamAfter: 100_000, text: 'short' }] });
    await expect(ask(model)).rejects.toThrow('terminated');
    const response = await post(model, { stream: true });
    const { received, error } = await readAll(response);
    expect(error).toBe('terminated');
    expect(received).toContain('"content":"short"');
    expect(received).not.toContain('"finish_reason":"stop"');
  });

  test('a client that leaves ends its delay at once', async () => {
    await using model = await start({ script: [{ delayMs: 600_000 }] });
    const leave = new AbortController();
    const asked = ask(model, {}, { signal: leave.signal });
    await until(() => model.requests().length === 1, { what: 'the request has come' });
    leave.abort();
    await expect(asked).rejects.toThrow('aborted');
    await until(() => model.requests()[0]?.outcome.kind === 'aborted', { what: 'the request is aborted' });
    expect(model.requests()[0]?.outcome).toEqual({ kind: 'aborted', by: 'client' });
  });

  test('a client that stops reading a large answer and leaves is noticed too', async () => {
    await using model = await start({ script: [{ text: 'x'.repeat(5_000_000) }] });
    const leave = new AbortController();
    await post(model, { stream: true }, { signal: leave.signal });
    leave.abort();
    await until(() => model.requests()[0]?.outcome.kind === 'aborted', { what: 'the request is aborted' });
  });

  test('closing ends requests in progress', async () => {
    const model = await start({ script: [{ delayMs: 600_000 }] });
    const asked = ask(model);
    await until(() => model.requests().length === 1, { what: 'the request has come' });
    const [closed] = await Promise.allSettled([model.close(), expect(asked).rejects.toThrow('fetch failed')]);
    expect(closed.status).toBe('fulfilled');
    await model.close();
  });
});
