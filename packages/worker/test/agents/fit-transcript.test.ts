import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, test } from 'vitest';
import type { TurnMessage } from '@perdure/models';
import { estimateTokens, fitTranscript } from '../../src/agents/index.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

type ToolMessage = Extract<TurnMessage, { role: 'tool' }>;

const user = (content: string): TurnMessage => ({ role: 'user', content });
const asks = (...ids: readonly string[]): TurnMessage => ({
  role: 'assistant',
  content: '',
  toolRequests: ids.map((id) => ({ id, tool: 'http-get', arguments: {} })),
});
const output = (toolRequest: string, content: string, tool = 'http-get'): ToolMessage => ({
  role: 'tool',
  toolRequest,
  tool,
  content,
});
const contents = (messages: readonly TurnMessage[]) => messages.map(({ content }) => content);
const page = (length: number) => '<!doctype html>'.padEnd(length, 'x');

/** Said by people and model, in characters. */
const said = (messages: readonly TurnMessage[]) =>
  messages
    .filter(({ role }) => role !== 'tool')
    .reduce(
      (sum, { content, ...rest }) =>
        sum + content.length + ('toolRequests' in rest ? JSON.stringify(rest.toolRequests).length : 0),
      0,
    );
const outputs = (messages: readonly TurnMessage[]) =>
  messages.filter(({ role }) => role === 'tool').reduce((sum, { content }) => sum + content.length, 0);

describe('what is left out', () => {
  test('nothing, and the transcript is the same one, where all of it fits to the last character', () => {
    const messages = [user('abcd'), output('a', 'x'.repeat(8))];
    expect(fitTranscript(messages, { maxTokens: 10, fixed: 7 })).toEqual({ messages, replaced: [] });
    expect(fitTranscript(messages, { maxTokens: 10, fixed: 7 }).messages).toBe(messages);
    expect(fitTranscript(messages, { maxTokens: 10, fixed: 8 }).replaced).toEqual(['a']);
  });

  test('the oldest output goes first, and the reference to it tells tool, length and beginning', () => {
    const messages = [
      user('q'),
      asks('a'),
      output('a', page(5_242_880)),
      asks('b'),
      output('b', page(3_000)),
      asks('c'),
      output('c', page(3_000)),
    ];
    const { messages: fitted, replaced } = fitTranscript(messages, { maxTokens: 2_000, fixed: 100 });
    expect(replaced).toEqual(['a']);
    expect(contents(fitted).slice(3)).toEqual(contents(messages).slice(3));
    expect(fitted[2]?.content).toMatch(
      /^\[Left out to save room: the output of "http-get" \(5,242,880 characters, begins: "<!doctype html>x+…"\)\. Call the tool again .*\]$/,
    );
  });

  test('an output that alone is too large keeps head and tail, and says how much is missing between them', () => {
    const content = `HEAD${'x'.repeat(2_000_000)}TAIL`;
    const { messages, replaced } = fitTranscript([asks('a'), output('a', content)], { maxTokens: 1_100, fixed: 100 });
    const cut = messages[1]?.content ?? '';
    expect(replaced).toEqual(['a']);
    const [, start = '', missing = '', end = ''] =
      /^(HEADx+)\n\[… ([\d,]+) characters left out here to save room …\]\n(x+TAIL)$/.exec(cut) ?? [];
    expect(Number(missing.replaceAll(',', ''))).toBe(content.length - start.length - end.length);
    expect(cut.length).toBeGreaterThan(3_800);
  });

  test('outputs of the newest requests share the room: the small ones stay whole, the large ones are cut alike', () => {
    const messages = [asks('a', 'b', 'c'), output('a', page(90_000)), output('b', 'small'), output('c', page(50_000))];
    const { messages: fitted, replaced } = fitTranscript(messages, { maxTokens: 2_500, fixed: 0 });
    expect(replaced).toEqual(['a', 'c']);
    expect(fitted[2]?.content).toBe('small');
    expect(fitted[1]?.content.length).toBeGreaterThan(4_000);
    expect(Math.abs((fitted[1]?.content.length ?? 0) - (fitted[3]?.content.length ?? 0))).toBeLessThan(10);
  });

  test('short outputs are not replaced by longer references', () => {
    const messages = [asks('a'), output('a', 'short'), asks('b'), output('b', page(9_000))];
    const { messages: fitted, replaced } = fitTranscript(messages, { maxTokens: 500, fixed: 0 });
    expect(replaced).toEqual(['b']);
    expect(fitted[1]?.content).toBe('short');
  });

  test('where not even what was said fits, every output still says that something is missing', () => {
    const messages = [user('x'.repeat(500)), asks('a'), output('a', page(5_000)), asks('b'), output('b', page(5_000))];
    const { messages: fitted } = fitTranscript(messages, { maxTokens: 100, fixed: 0 });
    expect(fitted.map(({ content }) => content)).toEqual(['x'.repeat(500), '', '[Left out.]', '', '[Left out.]']);
  });

  test('no cut tears a character apart', () => {
    for (let length = 3_000; length < 3_004; length += 1) {
      const messages = [asks('a'), output('a', `${'x'.repeat(length % 2)}${'🐢'.repeat(length)}`)];
      const [, cut] = fitTranscript(messages, { maxTokens: 400 + (length % 4), fixed: 0 }).messages;
      expect(cut?.content.isWellFormed()).toBe(true);
    }
  });
});

const blank = (messages: readonly TurnMessage[]) =>
  messages.map((one) => (one.role === 'tool' ? { ...one, content: '' } : one));

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.integer({ min: 0, max: 20_000 }).map((length) => 'lorem "ipsum" '.repeat(length / 14)),
);
const id = fc.constantFrom('a', 'b', 'call-1');
const message: fc.Arbitrary<TurnMessage> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ role: fc.constant('user' as const), content: fc.string({ maxLength: 60 }) }) },
  { weight: 1, arbitrary: fc.array(id, { maxLength: 3 }).map((ids) => asks(...ids)) },
  { weight: 3, arbitrary: fc.tuple(id, text, fc.string({ maxLength: 100 })).map((parts) => output(...parts)) },
);
const situation = fc.record({
  messages: fc.array(message, { maxLength: 12 }),
  maxTokens: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 20_000 })),
  fixed: fc.integer({ min: 0, max: 300 }),
});

test('whatever the transcript: it fits where what was said does, again changes nothing, and only outputs are touched', () => {
  fc.assert(
    fc.property(situation, ({ messages, ...options }) => {
      const before = structuredClone(messages);
      const { messages: fitted, replaced } = fitTranscript(messages, options);
      expect(messages).toEqual(before);

      const room = (options.maxTokens - options.fixed) * 4 - said(messages);
      if (room >= 0) expect(outputs(fitted)).toBeLessThanOrEqual(room);
      expect(fitTranscript(fitted, options).messages).toEqual(fitted);
      expect(fitTranscript(messages, options)).toEqual({ messages: fitted, replaced });

      expect(blank(fitted)).toEqual(blank(messages));
      for (const [index, { content }] of fitted.entries()) {
        expect(content.length).toBeLessThanOrEqual(messages[index]?.content.length ?? 0);
      }
      const changed = fitted.filter(({ content }, index) => content !== messages[index]?.content);
      expect(changed.map((one) => one.role === 'tool' && one.toolRequest)).toEqual(replaced);
    }),
    { numRuns: 500 },
  );
});

test('a transcript of 20 MB in 2,000 outputs is read a bounded number of times', () => {
  const messages = Array.from({ length: 2_000 }, (_, n) => [asks(`${n}`), output(`${n}`, page(10_000))]).flat();
  let reads = 0;
  const watched = messages.map((one) =>
    one.role === 'tool' ? new Proxy(one, { get: (owner, key) => ((reads += 1), Reflect.get(owner, key)) }) : one,
  );
  const { messages: fitted, replaced } = fitTranscript(watched, { maxTokens: 250_000, fixed: 0 });
  expect(replaced.length).toBeGreaterThan(1_500);
  expect(replaced).toEqual(Array.from({ length: replaced.length }, (_, n) => `${n}`));
  expect(fitted).toHaveLength(4_000);
  expect(reads).toBeLessThan(messages.length * 20);
});

test('tokens are counted as characters by four, rounded up', () => {
  expect(['', 'a', 'abcd', 'abcde'].map(estimateTokens)).toEqual([0, 1, 1, 2]);
});
