import { describe, expect, it } from 'vitest';
import { PerdureError, shortened, toErrorRecord } from '../src/index.ts';

const said = (thrown: unknown) => toErrorRecord(thrown, 'step_failed').message;

describe('what was thrown', () => {
  it.each<[string, unknown, string]>([
    ['an object', { code: 42, why: 'odd' }, '{"code":42,"why":"odd"}'],
    ['an object with a message', { message: 'no rows', code: 'PGRST116' }, 'no rows {"code":"PGRST116"}'],
    ['a text', 'plain', 'plain'],
    ['nothing', undefined, 'undefined was thrown; throw an Error'],
    ['an empty object', {}, 'an object without content was thrown; throw an Error'],
    [
      'an error with its cause',
      new Error('fetch failed', { cause: new Error('ECONNRESET') }),
      'fetch failed: ECONNRESET',
    ],
    [
      'a chain of causes',
      new Error('a', { cause: new Error('b', { cause: { status: 503 } }) }),
      'a: b: {"status":503}',
    ],
    ['a cause that the message has already', new Error('a: b', { cause: new Error('b') }), 'a: b'],
    [
      'several errors at once',
      new AggregateError([new Error('one'), 'two'], 'All promises were rejected'),
      'All promises were rejected: one; two',
    ],
    ['several errors without a title', new AggregateError([new Error('one')]), 'one'],
    [
      'many errors',
      new AggregateError(
        Array.from({ length: 9 }, (_, n) => new Error(`e${n}`)),
        'x',
      ),
      'x: e0; e1; e2; e3; e4; 4 more',
    ],
    ['an error that has a code alone', Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['an error that says nothing', new RangeError(''), 'RangeError'],
    ['a big number', { n: 10n }, '{"n":"10"}'],
    ['an error inside of an object', { inner: new Error('deep') }, '{"inner":"deep"}'],
  ])('%s keeps its content', (_name, thrown, message) => {
    expect(said(thrown)).toBe(message);
  });

  it('has no secret in its message, even where its object holds one', () => {
    const message = said({ status: 401, headers: { Authorization: 'Bearer sk-hunter2', 'x-api-key': 'hunter2' } });
    expect(message).toContain('401');
    expect(message).not.toContain('hunter2');
  });

  it('that holds itself is told without end nowhere', () => {
    const loop: Record<string, unknown> = { a: 1 };
    loop['self'] = loop;
    const error = new Error('x');
    error.cause = error;
    expect(said(loop)).toContain('"a":1');
    expect(said(error)).toBe('x');
  });

  it.each([
    ['an error', (text: string) => new Error(text)],
    ['an error of ours', (text: string) => new PerdureError('timeout', text)],
    ['a text', (text: string) => text],
    ['an object', (text: string) => ({ body: text })],
  ])('is cut to its head and tail where it is a document: %s', (_name, make) => {
    const message = said(make(`first ${'x'.repeat(3_000_000)} last`));
    expect(message.length).toBeLessThanOrEqual(4_096);
    expect(message).toMatch(/first x+ … \(30000\d\d characters in all\) … x+ last/);
  });

  it('has details that a list of runs can carry', () => {
    const error = new PerdureError('timeout', 'late', { details: { body: 'x'.repeat(3_000_000) } });
    expect(JSON.stringify(toErrorRecord(error, 'internal')).length).toBeLessThan(100_000);
  });
});

it('a text is not cut through a pair of surrogates', () => {
  for (let limit = 40; limit < 60; limit += 1) {
    const cut = shortened('😀'.repeat(100), limit);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.length).toBeLessThanOrEqual(limit);
  }
});
