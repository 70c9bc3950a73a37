import { runEventTypes, runStatuses, type RunEventType } from '@perdure/contract';
import { expect, test } from 'vitest';
import { createLiveView } from '../src/render/live-view.ts';
import { eventLine } from '../src/render/event-line.ts';
import { formatDuration, formatTable, oneLine, printable, shellWord, shortIds } from '../src/render/format.ts';
import { statusLines } from '../src/render/up-screen.ts';
import { nextCommands } from '../src/render/run-view.ts';
import { runId, someEvents } from './builders.ts';

const plain = (_colour: string, text: string) => text;
const options = { paint: plain, homeFlag: '' };
const facts = {
  key: 'review/1/reviewer',
  kind: 'agent',
  ms: 3100,
  usage: { inputTokens: 1234, outputTokens: 56 },
  model: 'demo-model',
  error: { code: 'model_unavailable', message: 'The model server answered 503.' },
  attempt: 1,
  delayMs: 500,
  downMs: 65_000,
  message: 'greeted',
  order: 'pause',
};

test('every type of event reads as pinned, also when it carries no facts', () => {
  const types = Object.keys(runEventTypes) as RunEventType[];
  const lines = types.map((type) => {
    const [full] = someEvents([type, type === 'run.waiting' ? { kind: 'timer' } : facts]);
    return `${type}: ${eventLine(full!, options) ?? '-'}`;
  });
  expect(lines).toMatchSnapshot();
  for (const event of someEvents(...types.map((type): [RunEventType, Record<string, unknown>] => [type, {}]))) {
    expect(() => eventLine(event, options)).not.toThrow();
  }
});

test('streamed text of two turns never runs into one line, nor into the line of a step', () => {
  let screen = '';
  const view = createLiveView({ write: (text) => (screen += text) }, options);
  view.show({ type: 'text', key: 'a', delta: 'one' });
  view.show({ type: 'text', key: 'a', delta: ' two' });
  view.show({ type: 'text', key: 'b', delta: 'three' });
  const [done] = someEvents(['run.completed', {}]);
  view.show({ type: 'event', event: done! });
  view.end();
  expect(screen).toBe('  a says: one two\n  b says: three\n✓ completed\n');
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1_000, '1.0 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min'],
  [252_000, '4 min 12 s'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('%d ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('a table has no line that ends in spaces', () => {
  expect(
    formatTable([
      ['a', 'long', ''],
      ['bb', 'c', 'd'],
    ]),
  ).toEqual(['a   long', 'bb  c     d']);
});

test('a word for the shell survives quotes, blanks and dollar signs', () => {
  expect(shellWord('/plain/path-1')).toBe('/plain/path-1');
  expect(shellWord(`it's $HOME`)).toBe(`'it'\\''s $HOME'`);
});

test('short ids are long enough to differ', () => {
  const twin = `${runId.slice(0, 20)}${'f'.repeat(16)}`;
  expect(shortIds([runId])).toEqual(['019a1b2c-3d4e']);
  expect(new Set(shortIds([runId, twin])).size).toBe(2);
});

test('control characters of others do not reach the terminal, line breaks do', () => {
  expect(printable('a\u001b[31m\u0007\u009bb\n\tc')).toBe('a[31mb\n\tc');
});

test('text of others in one line has no line break, and no more characters than were allowed', () => {
  expect(oneLine(' a\n\tb\u001b[2J  c ', 20)).toBe('a b[2J c');
  expect(oneLine('abcdef', 6)).toBe('abcdef');
  expect(oneLine('abcdefg', 6)).toBe('abcde…');
});

test('what is offered next is what the transition table allows, and never a cancel', () => {
  const offered = Object.fromEntries(runStatuses.map((status) => [status, nextCommands('ID', status)]));
  expect(offered).toMatchSnapshot();
  expect(JSON.stringify(offered)).not.toContain('runs cancel');
});

test('what a part had to leave out is told at the first start too, and again after each restart', () => {
  const ready = {
    kind: 'ready',
    part: 'worker',
    pid: 1,
    warnings: ['agents/x/AGENT.md:5: no \u001b[2J goal'],
  } as const;
  const warning = '! agents/x/AGENT.md:5: no [2J goal';
  expect(statusLines(ready, { isUp: false, paint: plain })).toEqual([warning]);
  expect(statusLines(ready, { isUp: true, paint: plain })).toEqual(['✓ worker is ready', warning]);
});
