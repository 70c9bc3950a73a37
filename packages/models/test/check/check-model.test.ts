import { compact, PerdureError } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { checkModel, checkNames, type CheckName } from '../../src/check/index.ts';
import { celsius } from '../../src/check/questions.ts';
import { learntInMemory, type OptionalFeature } from '../../src/turn/learnt.ts';
import type { ModelToolCall } from '../../src/turn/message.ts';
import type { AnswerEnding, ModelTurnRequest } from '../../src/turn/port.ts';

/** What a model does when it is asked; a question that is left out is answered as it should be. */
interface Habit {
  readonly text?: string;
  readonly pieces?: number;
  readonly ending?: AnswerEnding;
  readonly calls?: readonly ModelToolCall[];
  readonly error?: PerdureError;
  /** Waits for the end of the time that it has. */
  readonly isLate?: true;
  readonly refuses?: OptionalFeature;
}
interface Model {
  readonly json?: Habit;
  readonly tool?: Habit;
  readonly toolAnswer?: Habit;
}

const good: Required<Model> = {
  json: { text: '{"capital":"Oslo","about":"It lies at a fjord."}', pieces: 4 },
  tool: { ending: 'tool-calls', calls: [{ id: 'c1', tool: 'thermometer', arguments: { city: 'Oslo' } }] },
  toolAnswer: { text: `It is ${celsius} degrees.` },
};

function questionOf({ tools, messages }: ModelTurnRequest): keyof Model {
  if (tools.length === 0) return 'json';
  return messages.some(({ role }) => role === 'tool') ? 'toolAnswer' : 'tool';
}

async function check(model: Model) {
  const learnt = learntInMemory();
  const asked: ModelTurnRequest[] = [];
  let now = 0;
  const found = await checkModel('groq/llama', {
    learnt,
    now: () => (now += 500),
    newId: () => `id-${asked.length}`,
    limitMs: 20_000,
    deadline: () =>
      model[questions[asked.length] ?? 'json']?.isLate ? AbortSignal.abort() : new AbortController().signal,
    turn: async (request) => {
      asked.push(request);
      const {
        text = '',
        pieces = 1,
        ending = 'answered',
        calls = [],
        error,
        refuses,
      } = model[questionOf(request)] ?? good[questionOf(request)];
      request.signal.throwIfAborted();
      if (error !== undefined) throw error;
      if (refuses !== undefined) {
        await learnt.keep({
          model: 'groq/llama',
          feature: refuses,
          schemaHash: '',
          reason: 'the server answered 400',
          at: 0,
        });
      }
      for (let piece = 0; piece < pieces; piece += 1) request.onText?.('…');
      return {
        message: {
          role: 'assistant',
          content: text,
          ...compact({ toolRequests: calls.length === 0 ? undefined : calls }),
        },
        text,
        toolRequests: calls,
        ending,
        model: 'llama',
        asked: 'groq/llama',
        latencyMs: 1,
        notes: [],
      };
    },
  });
  return { asked, checks: found.checks, kinds: checkNames.map((name) => found.checks[name].kind).join(' ') };
}
const questions = ['json', 'tool', 'toolAnswer'] as const;

async function because(model: Model, name: CheckName): Promise<string> {
  const outcome = (await check(model)).checks[name];
  return outcome.kind === 'no' ? outcome.because : outcome.kind;
}

test('a model that can do everything is asked three questions, each under a key of its own', async () => {
  const { asked, kinds, checks } = await check({});
  expect(kinds).toBe('ok ok ok ok ok ok ok');
  expect(asked.map(questionOf)).toEqual(['json', 'tool', 'toolAnswer']);
  expect(new Set(asked.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
  expect(asked.map(({ model }) => model)).toEqual(['groq/llama', 'groq/llama', 'groq/llama']);
  expect(checks.tools).toEqual({ kind: 'ok', ms: 500 });
});

test('what a tool gave goes back under the id by which the model asked', async () => {
  const [, , last] = (await check({})).asked;
  expect(last?.messages.slice(1)).toMatchObject([
    { role: 'assistant', toolRequests: [{ id: 'c1' }] },
    { role: 'tool', toolRequest: 'c1', content: `{"city":"Oslo","celsius":${celsius}}` },
  ]);
});

const failed = (
  details: object,
  code: 'model_rejected' | 'model_unavailable' | 'config_invalid' = 'model_rejected',
): Model => ({ json: { error: new PerdureError(code, 'What happened.', { details: { ...details } }) } });

describe('a first question that fails', () => {
  test.each<[string, Model, string]>([
    ['no connection', failed({ away: true }, 'model_unavailable'), 'no untried untried'],
    ['no answer in time', { json: { isLate: true } }, 'no untried untried'],
    ['a key that is refused', failed({ status: 401 }), 'ok no untried'],
    ['a key that may not', failed({ status: 403 }), 'ok no untried'],
    ['a key that is not set', failed({}, 'config_invalid'), 'untried no untried'],
    ['a model that is not there', failed({ status: 404 }), 'ok untried no'],
    ['a server that is busy', failed({ status: 503, away: true }, 'model_unavailable'), 'ok untried no'],
    ['an answer that is none', failed({}), 'ok untried no'],
  ])('is told as what it is, and nothing more is asked: %s', async (_what, model, kinds) => {
    const found = await check(model);
    expect(found.kinds).toBe(`${kinds} untried untried untried untried`);
    expect(found.asked).toHaveLength(1);
  });

  test('has the sentence of the failure, or says how long was waited', async () => {
    expect(await because(failed({ status: 401 }), 'key')).toBe('What happened.');
    expect(await because({ json: { isLate: true } }, 'reachable')).toMatch(/not answered after 20 s.*--timeout/);
  });

  test('is no excuse for a mistake of ours', async () => {
    await expect(check({ json: { error: new TypeError('ours') as PerdureError } })).rejects.toThrow('ours');
  });
});

describe('a model that answers 200 is told as what it does', () => {
  test.each<[string, Model, CheckName, RegExp]>([
    [
      'another city',
      { json: { text: '{"capital":"Paris"}' } },
      'answers',
      /capital of Norway it said "\{\\"capital\\":\\"Paris\\"\}"/,
    ],
    ['nothing', { json: { ending: 'empty' } }, 'answers', /answered with nothing/],
    ['half', { json: { ending: 'length', text: '{"capital":"Oslo' } }, 'answers', /cut off at its output limit/],
    ['a refusal', { json: { ending: 'refused' } }, 'answers', /declined to answer a harmless question/],
    ['all at once', { json: { ...good.json, pieces: 1 } }, 'streaming', /came in one piece/],
    [
      'no stream',
      { json: { ...good.json, refuses: 'stream' } },
      'streaming',
      /does not stream: the server answered 400/,
    ],
    [
      'no schema',
      { json: { ...good.json, refuses: 'response_format' } },
      'structured',
      /takes no schema: the server answered 400/,
    ],
    ['prose', { json: { text: 'Oslo, of course.' } }, 'structured', /does not keep to it: it said "Oslo, of course\."/],
    [
      'a fence',
      { json: { text: '```json\n{"capital":"Oslo","about":"x"}\n```' } },
      'structured',
      /does not keep to it/,
    ],
    ['a guess', { tool: { text: 'About 8 degrees.' } }, 'tools', /made up an answer, "About 8 degrees\."/],
    [
      'a call as text',
      { tool: { ending: 'call-as-text', text: '<tool_call>' } },
      'tools',
      /wrote the call of a tool as text/,
    ],
    ['another tool', { tool: { calls: [{ id: '1', tool: 'browser', arguments: {} }] } }, 'tools', /called "browser"/],
    [
      'no JSON',
      { tool: { calls: [{ id: '1', tool: 'thermometer', malformed: '{"city' }] } },
      'tools',
      /which is not JSON/,
    ],
    [
      'no city',
      { tool: { calls: [{ id: '1', tool: 'thermometer', arguments: { town: 'Oslo' } }] } },
      'tools',
      /instead of a city/,
    ],
    ['the same call', { toolAnswer: good.tool }, 'toolAnswer', /asked again/],
    [
      'another figure',
      { toolAnswer: { text: 'About 8 degrees.' } },
      'toolAnswer',
      /The tool said 47 and the model said "About 8 degrees\."/,
    ],
    ['silence', { toolAnswer: { isLate: true } }, 'toolAnswer', /not answered after 20 s/],
  ])('%s', async (_what, model, name, sentence) => {
    expect(await because(model, name)).toMatch(sentence);
  });

  test('in one short line that no terminal obeys', async () => {
    const sentence = await because({ tool: { text: `\u001b[2J\n${'so '.repeat(500)}` } }, 'tools');
    expect(sentence.length).toBeLessThan(250);
    // oxlint-disable-next-line no-control-regex -- that there is none is the point
    expect(sentence).not.toMatch(/[\u0000-\u001f]/);
  });
});
