import { compact } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { statusFailure } from '../../src/ask/failure.ts';
import { modelError, parseRetryAfter, type FailureContext } from '../../src/ask/sentence.ts';
import { defaultLimits } from '../../src/turn/server.ts';

const server = {
  name: 'default',
  api: 'chat',
  baseUrl: 'http://127.0.0.1:1/v1',
  headers: {},
  limits: defaultLimits,
} as const;
const context: FailureContext = { target: { server, model: 'm' }, hasTools: false, now: Date.UTC(2030, 0, 1, 12) };
const statused = (
  status: number,
  { reason, words = '', retryAfter }: Readonly<Partial<Record<'reason' | 'words' | 'retryAfter', string>>> = {},
) => statusFailure({ status, words, ...compact({ reason }) }, { shown: words === '' ? undefined : words, retryAfter });

describe('Retry-After', () => {
  test.each([
    ['7', 7_000],
    ['0.5', 500],
    ['Tue, 01 Jan 2030 12:00:30 GMT', 30_000],
    ['Tue, 01 Jan 2030 11:00:00 GMT', 0],
    ['86400', 600_000],
    ['soon', undefined],
    ['', undefined],
  ])('%j means %s ms', (value, ms) => {
    expect(parseRetryAfter(value, context.now)).toBe(ms);
  });
});

test.each([408, 429, 500, 502, 503, 529])('status %i may pass by itself', (status) => {
  const error = modelError(statused(status, { retryAfter: '3' }), context);
  expect(error).toMatchObject({ code: 'model_unavailable', details: { status, retryAfterMs: 3_000 } });
});

test.each([
  [302, 'check AI_BASE_URL', 'any question'],
  [400, 'MODEL_ID', 'this one'],
  [401, 'check AI_API_KEY', 'any question'],
  [402, 'no credit', 'any question'],
  [403, 'AI_API_KEY and MODEL_ID', 'any question'],
  [404, 'check AI_BASE_URL and MODEL_ID', 'any question'],
  [413, 'PERDURE_CONTEXT_TOKENS', 'this one'],
  [418, 'check MODEL_ID', 'this one'],
])('status %i is final, its message ends with the remedy (%s), and it refuses %s', (status, remedy, refuses) => {
  const error = modelError(statused(status, { reason: 'some_reason' }), context);
  expect(error).toMatchObject({ code: 'model_rejected', details: { status } });
  expect(error.details['misconfigured']).toBe(refuses === 'any question' ? true : undefined);
  expect(error.message).toContain(`answered ${status} (some_reason) for m`);
  expect(error.message).toContain(remedy);
});

test('a model that takes no tools is final, says so, and names both ways out', () => {
  const error = modelError(statused(400, { words: 'm does not support tools' }), { ...context, hasTools: true });
  expect(error).toMatchObject({ code: 'model_rejected', details: { status: 400 } });
  expect(error.message).toMatch(/takes no tools.*use a model with tools, or remove "tools" from the front matter/);
});
