/** The same turns in each wire format, against a server that checks what it is sent as the providers' do. */

import { modelApis, type PerdureError } from '@perdure/contract';
import { startDemoModel, type DemoModel, type Script } from '@perdure/demo-model';
import { until } from '@perdure/testing';
import { describe, expect, test } from 'vitest';
import {
  createModelTurn,
  learntInMemory,
  oneServer,
  type ModelApi,
  type ModelTurnRequest,
  type ModelTurnResult,
  type TurnMessage,
} from '../../src/index.ts';

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['verdict'],
  properties: { verdict: { type: 'string', enum: ['approved', 'changes_requested'] } },
};
const tools = [
  { id: 'lookup', description: 'Looks up.', input: { type: 'object', properties: { word: { type: 'string' } } } },
  { id: 'now', description: 'Tells the time.', input: { type: 'object' } },
];
const question: TurnMessage = { role: 'user', content: 'Is it done?' };
const approved = '{"verdict":"approved"}';

interface World extends AsyncDisposable {
  readonly model: DemoModel;
  readonly take: (more?: Partial<ModelTurnRequest>) => Promise<ModelTurnResult>;
}

async function world(api: ModelApi, script: Script = []): Promise<World> {
  const model = await startDemoModel({ port: 0, script });
  const planOf = oneServer({ baseUrl: model.url, apiKey: 'sk-right', modelId: 'any', api });
  const turn = createModelTurn({ planOf, learnt: learntInMemory(), now: () => Date.UTC(2030, 0, 1) });
  const usual = { instructions: 'You review.', messages: [question], schema, tools: [], mustAnswer: false };
  return {
    model,
    take: (more = {}) => turn({ ...usual, idempotencyKey: 'k', signal: new AbortController().signal, ...more }),
    [Symbol.asyncDispose]: () => model.close(),
  };
}

const failure = (taken: Promise<unknown>): Promise<PerdureError> =>
  taken.then(
    () => Promise.reject(new Error('it was answered')),
    (error: PerdureError) => error,
  );

const calls = [
  { name: 'now', arguments: {} },
  { name: 'lookup', arguments: { word: 'a word that is longer than one piece of a stream' } },
];

describe.for(modelApis)('%s', (api) => {
  test('an answer comes in pieces, with its usage and the name of the model', async () => {
    await using at = await world(api, [{ text: 'x'.repeat(100) }]);
    const pieces: string[] = [];
    const result = await at.take({ onText: (piece) => pieces.push(piece) });
    expect(result).toMatchObject({
      text: 'x'.repeat(100),
      ending: 'answered',
      toolRequests: [],
      usage: { inputTokens: expect.any(Number), outputTokens: 25 },
      model: 'demo-model',
      asked: 'default/any',
      notes: [],
    });
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join('')).toBe(result.text);
    expect(at.model.requests()).toMatchObject([{ api, idempotencyKey: 'k', stream: true, responseFormat: true }]);
  });

  test('the form of the answer is asked for', async () => {
    await using at = await world(api, [{ apiKey: 'sk-right' }]);
    expect(await at.take()).toMatchObject({ text: approved, notes: [] });
  });

  test('where a form is refused, it is asked for in words', async () => {
    await using at = await world(api, [{ rejectResponseFormat: true }]);
    const { text, notes } = await at.take();
    expect(text).toBe(approved);
    expect(notes).toEqual([expect.stringContaining('Asked without response_format')]);
    expect(at.model.requests().map(({ responseFormat }) => responseFormat)).toEqual([true, false]);
  });

  test('a server that does not stream is asked for a whole answer', async () => {
    await using at = await world(api, [{ rejectFields: ['stream'], text: 'whole' }]);
    expect(await at.take()).toMatchObject({ text: 'whole', usage: { outputTokens: 2 } });
    expect(at.model.requests().at(-1)).toMatchObject({ stream: false });
  });

  test('a temperature is left out where it is refused', async () => {
    await using at = await world(api, [{ rejectFields: ['temperature'] }]);
    expect(await at.take({ temperature: 0 })).toMatchObject({
      text: approved,
      notes: [expect.stringContaining('temperature')],
    });
  });

  test('tools are offered without a form, and called in their order', async () => {
    await using at = await world(api, [{ text: 'I look.', toolCalls: calls }]);
    const result = await at.take({ tools });
    expect(result).toMatchObject({ text: 'I look.', ending: 'tool-calls', notes: [] });
    expect(result.toolRequests).toMatchObject([
      { tool: 'now', arguments: {} },
      { tool: 'lookup', arguments: calls[1]?.arguments },
    ]);
    expect(at.model.requests()).toMatchObject([{ responseFormat: false }]);
  });

  test('arguments that are no JSON are kept as they came, and go back', async () => {
    await using at = await world(api, [
      { match: { afterTools: 0 }, malformedToolCall: { name: 'lookup', arguments: '{"word": not json' } },
    ]);
    const { message, toolRequests, ending } = await at.take({ tools });
    expect([ending, toolRequests]).toMatchObject(['tool-calls', [{ tool: 'lookup', malformed: '{"word": not json' }]]);
    const result = { toolRequest: toolRequests[0]?.id ?? '', tool: 'lookup', content: 'That was no JSON.' };
    const messages: TurnMessage[] = [question, message, { role: 'tool', ...result }];
    expect(await at.take({ tools, messages })).toMatchObject({ text: approved });
  });

  test('results go back to their calls, and what a person adds behind them', async () => {
    await using at = await world(api, [
      { match: { afterTools: 0 }, toolCalls: calls },
      { match: { afterTools: 2, promptIncludes: 'Be brief.' }, json: { verdict: 'approved' } },
      { status: 418 },
    ]);
    const { message, toolRequests } = await at.take({ tools });
    const results = toolRequests.map(
      ({ id, tool }) => ({ role: 'tool', toolRequest: id, tool, content: '7' }) as const,
    );
    const messages: TurnMessage[] = [
      question,
      message,
      ...results.toReversed(),
      { role: 'user', content: 'Be brief.' },
    ];
    const answer = await at.take({ tools, messages, mustAnswer: true });
    expect(answer).toMatchObject({ text: approved, notes: [] });
    expect(at.model.requests()).toMatchObject([{ responseFormat: false }, { responseFormat: true }]);
    expect(await at.take({ messages: [...messages, answer.message, question], tools })).toMatchObject({
      text: approved,
    });
  });

  test('thoughts are no text, and go back with the call that they led to', async () => {
    await using at = await world(api, [
      { match: { afterTools: 0 }, thoughts: 'I must look it up.', requireCarried: true, toolCalls: calls },
      { match: { afterTools: 2 }, thoughts: 'Again.', requireCarried: true, toolCalls: calls.slice(1) },
    ]);
    const messages: TurnMessage[] = [question];
    for (const _ of [1, 2]) {
      const { text, message, toolRequests, ending } = await at.take({ tools, messages });
      expect([ending, text]).toEqual(['tool-calls', '']);
      messages.push(message);
      for (const { id, tool } of toolRequests) messages.push({ role: 'tool', toolRequest: id, tool, content: '7' });
    }
    expect(await at.take({ tools, messages, mustAnswer: true })).toMatchObject({ text: approved, notes: [] });
    expect(at.model.requests()).toHaveLength(3);
  });

  test('a thought inside the text is no answer', async () => {
    await using at = await world(api, [{ thinkTags: '{"verdict":"changes_requested"}', text: approved }]);
    const { text, ending } = await at.take();
    expect([text.trim(), ending]).toEqual([approved, 'answered']);
  });

  test('a refusal, an answer that was cut and one that is withheld are none', async () => {
    await using at = await world(api, [
      { match: { nth: 1 }, refusal: 'I will not.' },
      { match: { nth: 2 }, text: '{"verdict":', finishReason: 'length' },
      { match: { nth: 3 }, text: 'A', finishReason: 'content_filter' },
    ]);
    expect(await at.take()).toMatchObject({ text: 'I will not.', ending: 'refused' });
    expect(await at.take()).toMatchObject({ text: '{"verdict":', ending: 'length' });
    // Anthropic has one word for both.
    expect(await at.take()).toMatchObject({ ending: api === 'messages' ? 'refused' : 'content-filter' });
  });

  test('a stream that breaks off, or ends with an error, may be asked for again', async () => {
    await using at = await world(api, [
      { match: { nth: 1 }, text: 'x'.repeat(100), cutStreamAfter: 50 },
      { match: { nth: 2 }, text: 'x'.repeat(100), failStreamAfter: 50 },
    ]);
    expect(await failure(at.take())).toMatchObject({
      code: 'model_unavailable',
      message: expect.stringContaining('broke off'),
    });
    expect(await failure(at.take())).toMatchObject({
      code: 'model_unavailable',
      message: expect.stringContaining('asks for a failure here'),
    });
  });

  test('an abort ends the request at the server', async () => {
    await using at = await world(api, [{ delayMs: 600_000 }]);
    const leave = new AbortController();
    const taken = failure(at.take({ signal: leave.signal }));
    await until(() => at.model.requests().length === 1, { what: 'the request has come' });
    leave.abort();
    expect(await taken).toMatchObject({ name: 'AbortError' });
    await until(() => at.model.requests()[0]?.outcome.kind === 'aborted', { what: 'the request is aborted' });
  });

  test.for([
    [401, 'model_rejected', 'AI_API_KEY'],
    [404, 'model_rejected', 'MODEL_ID'],
    [429, 'model_unavailable', 'too many requests'],
    [503, 'model_unavailable', 'cannot answer now'],
  ] as const)('status %d is %s', async ([status, code, words]) => {
    await using at = await world(api, [{ status, retryAfter: 7 }]);
    const error = await failure(at.take());
    expect(error).toMatchObject({ code, message: expect.stringContaining(words), details: { status } });
    expect(error.details).toMatchObject({ retryAfterMs: 7_000 });
    expect(at.model.requests()).toHaveLength(1);
  });
});

test('a schema with limits is put into words for a server that takes none', async () => {
  const limited = { ...schema, properties: { verdict: { type: 'string', maxLength: 3 } } };
  await using at = await world('messages');
  const { text, notes } = await at.take({ schema: limited });
  expect(JSON.parse(text)).toEqual({ verdict: expect.stringMatching(/^.{1,3}$/) });
  expect(notes).toEqual([expect.stringContaining("'maxLength' is not supported")]);
});
