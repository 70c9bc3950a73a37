import { describe, expect, test } from 'vitest';
import { faultsOf, type Observation } from './judge.ts';
import { good, type Expectation } from './shape.ts';

const seen = (more: Partial<Observation> = {}): Observation => ({
  status: 'completed',
  output: good,
  calls: [['lookup', { city: 'Oslo' }]],
  requests: [{ headers: {}, body: { messages: [{ content: 'rain in "Oslo"' }] } }],
  usage: { inputTokens: 11, outputTokens: 7 },
  ...more,
});
const failed = seen({ status: 'failed', error: { code: 'model_rejected', message: 'in chunk 3, choices is null' } });

const held: Expectation = {
  status: 'completed',
  output: good,
  calls: [['lookup', { city: 'Oslo' }]],
  requests: 1,
  refused: 0,
  usage: { inputTokens: 11, outputTokens: 7 },
  never: ['a first idea'],
  sends: ['rain in "Oslo"'],
};

describe('what is as expected', () => {
  test('has no fault', () => {
    expect(faultsOf(held, seen())).toEqual([]);
    expect(faultsOf({ status: 'failed', error: { code: 'model_rejected', says: [/chunk 3/] } }, failed)).toEqual([]);
  });
});

describe('a difference', () => {
  test.each<[string, Partial<Expectation>, Observation]>([
    ['of the status', {}, seen({ status: 'failed' })],
    ['of the output', {}, seen({ output: { ...good, note: 'other' } })],
    ['of the calls, one more', {}, seen({ calls: [...seen().calls, ['now', {}]] })],
    ['of the calls, one less', {}, seen({ calls: [] })],
    ['of the arguments', {}, seen({ calls: [['lookup', { city: 'Bergen' }]] })],
    ['of the number of requests', {}, seen({ requests: [...seen().requests, ...seen().requests] })],
    [
      'of the number of refusals',
      {},
      seen({ requests: seen().requests.map((one) => ({ ...one, refusal: { status: 400, body: {} } })) }),
    ],
    ['of the usage', {}, seen({ usage: { inputTokens: 0, outputTokens: 7 } })],
    ['of a text that was taken', { output: { note: 'a first idea' } }, seen({ output: { note: 'a first idea' } })],
    ['of a text that was not sent', { sends: ['snow'] }, seen()],
    ['of the error, of which there is none', { error: { says: [] } }, seen()],
  ])('%s is told', (_what, expected, observation) => {
    expect(faultsOf({ ...held, ...expected }, observation).length).toBeGreaterThan(0);
  });

  test.each<[string, Expectation['error']]>([
    ['code', { code: 'model_unavailable' }],
    ['words', { says: [/chunk 4/] }],
    ['words that must not be there', { neverSays: [/choices/] }],
  ])('of the %s of an error is told', (_what, error) => {
    expect(faultsOf({ status: 'failed', ...(error === undefined ? {} : { error }) }, failed)).toHaveLength(1);
  });
});
