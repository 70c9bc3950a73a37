import type { PerdureError } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import type { Ask, AskOutcome, AskRequest } from '../../src/ask/ask.ts';
import { statusFailure } from '../../src/ask/failure.ts';
import { createModelTurn, type ModelPlan } from '../../src/ask/model-turn.ts';
import { learntForMs, type Learnt, type OptionalFeature } from '../../src/turn/learnt.ts';
import type { ModelTurnRequest } from '../../src/turn/port.ts';
import { defaultLimits, type ModelServer } from '../../src/turn/server.ts';

const now = Date.UTC(2030, 0, 1);
const serverNamed = (name: string): ModelServer => ({
  name,
  api: 'chat',
  baseUrl: `http://${name}.example/v1`,
  headers: {},
  limits: defaultLimits,
});
const plan: ModelPlan = { target: { server: serverNamed('default'), model: 'm' }, fallback: [] };

const request: ModelTurnRequest = {
  instructions: 'i',
  messages: [{ role: 'user', content: 'q' }],
  schema: { type: 'object' },
  tools: [],
  mustAnswer: false,
  temperature: 0,
  idempotencyKey: 'k',
  signal: new AbortController().signal,
};

const answered: AskOutcome = { kind: 'answered', answer: { text: '{}', toolRequests: [], ending: 'answered' } };
const refused = (status: number, words: string): AskOutcome => ({
  kind: 'failed',
  failure: statusFailure({ status, words }, { shown: words }),
  tail: '',
});

/** A server that answers by what it is sent; keeps what it was sent and what was learnt. */
function world(answer: (asked: AskRequest) => AskOutcome, { of = plan, known = [] as Learnt[], at = now } = {}) {
  const asked: AskRequest[] = [];
  const kept: Learnt[] = [];
  const ask: Ask = async (one) => {
    asked.push(one);
    return answer(one);
  };
  const turn = createModelTurn({
    planOf: () => of,
    learnt: { load: async () => [...known, ...kept], keep: async (one) => void kept.push(one) },
    now: () => at,
    ask,
  });
  const sent = () => asked.map(({ features }) => [...features]);
  return { turn, asked, kept, sent };
}

const without = (feature: OptionalFeature, words: string) => (one: AskRequest) =>
  one.features.has(feature) ? refused(400, words) : answered;

describe('a request that is refused', () => {
  test.each<[OptionalFeature, string]>([
    ['response_format', 'Extra inputs are not permitted'],
    ['temperature', 'Unsupported value'],
    ['stream_options', 'nobody knows why'],
    ['response_format', 'The provided JSON schema contains features not supported by xgrammar.'],
    ['stream_options', "Unrecognized request argument supplied: 'stream_options'"],
    ['temperature', "'temperature' does not support 0 with this model."],
  ])('is tried without %s, whatever the words ("%s"), and then learnt', async (feature, words) => {
    const { turn, kept, sent } = world(without(feature, words));
    const { notes } = await turn(request);
    expect(sent().length).toBeLessThanOrEqual(4);
    expect(sent().at(-1)).not.toContain(feature);
    expect(kept).toEqual([expect.objectContaining({ model: 'default/m', feature, at: now })]);
    expect(notes.at(-1)).toContain(
      `Asked without ${feature}: the server answered 400, "${words.replaceAll('"', "'")}"`,
    );
    const before = sent().length;
    await turn(request);
    expect(sent().slice(before)).toEqual([expect.not.arrayContaining([feature])]);
  });

  test('first is tried without what its words name', async () => {
    const { turn, sent } = world(without('stream_options', 'stream_options is unknown'));
    await turn(request);
    expect(sent()).toHaveLength(2);
  });

  test('and helped by nothing fails in its first words', async () => {
    let n = 0;
    const { turn, kept } = world(() => refused(400, `refusal ${(n += 1)}`));
    await expect(turn(request)).rejects.toMatchObject({
      code: 'model_rejected',
      message: expect.stringContaining('refusal 1'),
    });
    expect(kept).toEqual([]);
  });

  test.each([
    [400, 'This model has a maximum context length of 4096 tokens'],
    [401, 'no'],
    [403, 'response_format is not for you'],
    [404, 'The model `m` does not exist'],
    [413, 'too large'],
    [429, 'You exceeded your current quota'],
    [503, 'Loading model'],
  ])('with %i "%s" is asked once', async (status, words) => {
    const { turn, asked } = world(() => refused(status, words));
    await expect(turn(request)).rejects.toMatchObject({ details: { status } });
    expect(asked).toHaveLength(1);
  });

  test('never holds what the settings say it goes without, and nothing is learnt of that', async () => {
    const target = { ...plan.target, without: ['stream', 'temperature'] } as const;
    const { turn, sent, kept } = world(without('stream', 'no streams'), { of: { ...plan, target } });
    expect((await turn(request)).notes).toEqual([]);
    expect(sent()).toEqual([expect.not.arrayContaining(['stream'])]);
    expect(sent()[0]).not.toContain('temperature');
    expect(kept).toEqual([]);
  });

  test('sends another body under another key', async () => {
    const { turn, asked } = world(without('response_format', 'no'));
    await turn(request);
    expect(asked.map(({ turn: { idempotencyKey } }) => idempotencyKey)).toEqual(['k', 'k-without-response_format']);
  });
});

describe('what was learnt', () => {
  const learnt = (more: Partial<Learnt> = {}): Learnt => ({
    model: 'default/m',
    feature: 'temperature',
    schemaHash: '',
    reason: 'it said no',
    at: now - 1,
    ...more,
  });

  test('is used at once, and told', async () => {
    const { turn, sent } = world(() => answered, { known: [learnt()] });
    expect((await turn(request)).notes).toEqual([
      'Asked without temperature, which was refused on 2029-12-31: it said no.',
    ]);
    expect(sent()).toEqual([expect.not.arrayContaining(['temperature'])]);
  });

  test.each([
    ['of another model', learnt({ model: 'default/other' })],
    ['of another schema', learnt({ feature: 'response_format', schemaHash: 'other' })],
    ['too long ago', learnt({ at: now - learntForMs - 1 })],
  ])('%s is not', async (_case, one) => {
    const { turn, sent } = world(() => answered, { known: [one] });
    expect((await turn(request)).notes).toEqual([]);
    expect(sent()).toEqual([expect.arrayContaining([one.feature])]);
  });

  test('of one schema says nothing of another, nor of the same with tools', async () => {
    const picky = world((one) =>
      one.features.has('response_format') && JSON.stringify(one.turn.schema).includes('odd')
        ? refused(400, 'no')
        : answered,
    );
    await picky.turn({ ...request, schema: { odd: true } });
    await picky.turn(request);
    expect(picky.sent().map((features) => features.includes('response_format'))).toEqual([true, false, true]);
  });
});

describe('the fallback list', () => {
  const [second, third] = ['second', 'third'].map((name) => ({ server: serverNamed(name), model: 'm' })) as [
    ModelPlan['target'],
    ModelPlan['target'],
  ];
  const of = { ...plan, fallback: [second, third] };
  const by = (outcomes: Readonly<Record<string, AskOutcome>>) =>
    world((one) => outcomes[one.target.server.name] ?? answered, { of });

  test('is tried in its order where a model fails for good, and told', async () => {
    const { turn, asked } = by({ default: refused(401, 'no key'), second: refused(404, 'The model m does not exist') });
    const { asked: name, notes } = await turn(request);
    expect(name).toBe('third/m');
    expect(notes).toEqual([
      expect.stringMatching(/^default\/m was passed over: .*401.*AI_API_KEY/),
      expect.stringMatching(/^second\/m was passed over: .*404/),
    ]);
    expect(new Set(asked.map(({ turn: { idempotencyKey } }) => idempotencyKey)).size).toBe(3);
  });

  test('is not where it may answer later', async () => {
    const { turn, asked } = by({ default: refused(503, 'loading') });
    await expect(turn(request)).rejects.toMatchObject({
      code: 'model_unavailable',
      details: { away: true, asked: 'default/m' },
    });
    expect(asked).toHaveLength(1);
  });

  test('that is used up fails as the first did', async () => {
    const no = refused(401, 'no key');
    const { turn } = by({ default: no, second: no, third: no });
    const error: PerdureError = await turn(request).then(
      () => expect.unreachable(),
      (thrown: unknown) => thrown as PerdureError,
    );
    expect(error.message).toContain('http://default.example');
  });

  test('that is used up fails as the first of them that somebody can mend', async () => {
    const { turn } = by({
      default: refused(400, 'unsupported'),
      second: refused(401, 'no key'),
      third: refused(402, 'no credit'),
    });
    await expect(turn(request)).rejects.toMatchObject({ details: { asked: 'second/m', misconfigured: true } });
  });
});
