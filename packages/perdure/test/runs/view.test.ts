import {
  runEventTypes,
  runStatuses,
  stepSchema,
  type ErrorCode,
  type Run,
  type RunEventType,
  type Step,
  type WireStep,
  type StepOfKind,
  type Wait,
} from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { eventLine } from '../../src/runs/view-event.ts';
import { createLiveView } from '../../src/runs/view-live.ts';
import { clockText } from '../../src/text/clock.ts';
import { nextCommands } from '../../src/runs/view.ts';
import { stepTable } from '../../src/runs/view-steps.ts';
import { aRun, aStep, aWait, runId, someEvents, waitId, type SomeEvent } from '../builders.ts';

const plain = (_colour: string, text: string) => text;
const at = '2026-01-02T03:04:00.000Z';
const options = { paint: plain, homeFlag: '', now: () => Date.parse(at) };

const facts = {
  key: 'review/1/reviewer',
  kind: 'agent',
  ms: 3100,
  usage: { inputTokens: 1234, outputTokens: 56 },
  model: 'demo-model',
  error: { code: 'model_unavailable', message: 'The model server answered 503.' } as const,
  attempt: 1,
  delayMs: 500,
  downMs: 65_000,
  message: 'greeted',
  order: 'pause',
  tool: 'http-get',
  keys: ['pay'],
  count: 3,
};

const { key, error, ms, attempt, delayMs, downMs, tool, message } = facts;
const kind = 'agent';

/** One of each type, without what it may lack. */
const sparse: readonly SomeEvent[] = [
  ['run.queued', { pipeline: 'hello' }],
  ['run.started', {}],
  ['run.recovered', { downMs }],
  ['run.waiting', { kind: 'timer' }],
  ['run.paused', {}],
  ['run.resumed', {}],
  ['run.needs_attention', { error }],
  ['run.undoing', { outcome: 'failed' }],
  ['run.completed', {}],
  ['run.failed', { error }],
  ['run.cancelled', {}],
  ['run.retried', {}],
  ['run.steps_not_met', { keys: [key], count: 1 }],
  ['run.log', {}],
  ['order.received', { order: 'pause' }],
  ['wait.answered', { wait: waitId, key }],
  ['return.late', { wait: waitId, key, message, text: 'Done.' }],
  ['tool.defect', { key, tool, message }],
  ['step.started', { key, kind }],
  ['step.retrying', { key, kind, attempt, error, delayMs }],
  ['step.done', { key, kind, ms }],
  ['step.failed', { key, kind, error }],
];

test('every type of event reads as pinned, also when it carries no more facts than it must', () => {
  const types = Object.keys(runEventTypes) as RunEventType[];
  const lines = types.map((type) => {
    const [full] = someEvents([type, type === 'run.waiting' ? { kind: 'timer' } : facts] as SomeEvent);
    return `${type}: ${eventLine(full!, options) ?? '-'}`;
  });
  expect(lines).toMatchSnapshot();
  expect(sparse.map(([type]) => type)).toEqual(types);
  for (const event of someEvents(...sparse)) {
    expect(() => eventLine(event, options)).not.toThrow();
    expect(eventLine(event, options) ?? '').not.toContain('undefined');
  }
});

test('an error out of an author’s code is shown with its place in it', () => {
  const error = { code: 'run_failed', message: 'boom', details: { at: '/p/pipelines/broken.ts:7' } } as const;
  const [failed] = someEvents(['run.failed', { error }]);
  expect(eventLine(failed!, options)).toBe('✗ failed: boom (at /p/pipelines/broken.ts:7)');
});

test('streamed text of two turns never runs into one line, nor into the line of a step', () => {
  let screen = '';
  const view = createLiveView({ write: (text) => (screen += text) }, { ...options, canRewrite: true });
  view.show({ type: 'text', key: 'a', delta: 'one' });
  view.show({ type: 'text', key: 'a', delta: ' two' });
  view.show({ type: 'text', key: 'b', delta: 'three' });
  const [done] = someEvents(['run.completed', {}]);
  view.show({ type: 'event', event: done! });
  view.end();
  expect(screen).toBe('  a says: one two\n  b says: three\n✓ completed\n');
});

/** What a terminal shows of `text`, as far as a live view uses it. */
function screenOf(text: string): string {
  const lines = text.split('\n').map((line) => line.split('\r\u001b[2K').at(-1));
  return lines.join('\n');
}

const turnDone = (key: string) => someEvents(['step.done', { key, kind: 'turn', ms: 10 }])[0]!;

const viewOn = (canRewrite = true) => {
  const written = { text: '', lines: () => screenOf(written.text) };
  const view = createLiveView({ write: (text) => (written.text += text), columns: 60 }, { ...options, canRewrite });
  return { ...view, written };
};

describe('an answer in JSON, while it is written', () => {
  test('is counted in one line that is rewritten, and never shown', () => {
    const { show, written } = viewOn();
    for (const delta of ['\n', ' {"steps":', `"${'x'.repeat(1_228)}"`]) {
      show({ type: 'text', key: 'planner/turn-1', delta });
    }
    expect(written.lines()).toBe('  planner/turn-1 … 1,241 characters');
    expect(written.text).not.toContain('steps');
    show({ type: 'event', event: turnDone('planner/turn-1') });
    expect(written.lines()).toBe('  ✓ planner/turn-1  10 ms\n');
  });

  test('leaves no line behind when its last words come after its end', () => {
    const { show, written, end } = viewOn();
    show({ type: 'text', key: 'a', delta: '{' });
    show({ type: 'event', event: turnDone('a') });
    show({ type: 'text', key: 'a', delta: '}' });
    end();
    expect(written.lines()).toBe('✓ a  10 ms\n');
  });

  test('of several turns at once is counted for each, in a line that never wraps', () => {
    const { show, written } = viewOn();
    for (const key of ['one', 'two', `three-${'x'.repeat(80)}`]) show({ type: 'text', key, delta: '```json\n{' });
    expect(written.lines()).toMatch(/^ {2}one … 9 · two … 9 · three-x+$/);
    expect(written.lines().length).toBe(59);
  });

  test('does not run into plain text of another turn, and is back when that line has ended', () => {
    const { show, written } = viewOn();
    show({ type: 'text', key: 'json', delta: '{' });
    show({ type: 'text', key: 'plain', delta: 'Hello' });
    show({ type: 'text', key: 'json', delta: '"a":1' });
    expect(written.lines()).toBe('  plain says: Hello');
    show({ type: 'event', event: turnDone('plain') });
    expect(written.lines()).toBe('  plain says: Hello\n✓ plain  10 ms\n  json … 6 characters');
  });

  test('is not mentioned at all where the terminal cannot rewrite a line', () => {
    const { show, written } = viewOn(false);
    show({ type: 'text', key: 'a', delta: '{' });
    show({ type: 'event', event: turnDone('a') });
    expect(written.text).toBe('✓ a  10 ms\n');
  });

  test('that is asked for again after a retry is counted again', () => {
    const { show, written } = viewOn();
    show({ type: 'event', event: turnDone('a') });
    show({ type: 'event', event: someEvents(['run.retried', {}])[0]! });
    show({ type: 'text', key: 'a', delta: '{' });
    expect(written.lines()).toContain('a … 1 characters');
  });
});

test('a tool call reads with its arguments when it begins, and with what came of it when it ends', () => {
  const event = someEvents(['step.done', { key: 'tool-1', kind: 'tool', ms: 400 }])[0]!;
  const detail = { tool: 'http-get', effect: 'pure', input: { url: 'https://example.org' }, outcome: 'ok' };
  const line = (changes: Partial<WireStep>) =>
    eventLine(event, options, {
      step: stepSchema.parse(aStep('tool-1', { kind: 'tool', ...changes })) as StepOfKind<'tool'>,
    });
  expect(line({ detail })).toBe('✓ tool-1  tool http-get 400 ms ok');
  const failed = { detail: { ...detail, outcome: 'failed' }, result: { success: false, errorMessage: 'no route' } };
  expect(line(failed)).toBe('✗ tool-1  tool http-get 400 ms failed: no route');
  expect(eventLine(event, options)).toBe('✓ tool-1  tool 400 ms');
  const begun = someEvents(['step.started', { key: 'tool-1', kind: 'tool', tool: 'http-get' }])[0]!;
  const step = stepSchema.parse(aStep('tool-1', { kind: 'tool', detail })) as StepOfKind<'tool'>;
  expect(eventLine(begun, options, { step })).toBe('▸ tool-1  tool http-get {"url":"https://example.org"}');
});

test('what is offered next is what the transition table allows, and never a cancel', () => {
  const offered = Object.fromEntries(
    runStatuses.map((status) => [status, nextCommands(aRun({ status }), [], { homeFlag: '' })]),
  );
  expect(offered).toMatchSnapshot();
  expect(JSON.stringify(offered)).not.toContain('runs cancel');
});

const next = (changes: Partial<Run>, ...open: readonly Wait[]) =>
  nextCommands(aRun(changes), open, { homeFlag: ' --home /r' });

const command = (verb: string) => `perdure runs ${verb} ${runId} --home /r`;

describe('a run that asks, with how to answer beside each question', () => {
  test('is offered nothing else where it waits for that alone, and a way to watch or resume it where it does not', () => {
    expect(next({ status: 'waiting', waitingFor: { kind: 'human' } }, aWait())).toEqual([]);
    expect(next({ status: 'running' }, aWait())).toEqual([command('watch')]);
    expect(next({ status: 'waiting', waitingFor: { kind: 'timer' } }, aWait())).toEqual([command('watch')]);
    expect(next({ status: 'paused' }, aWait())).toEqual([command('resume')]);
  });

  test('is offered no resume where nobody knows the outcome of a call', () => {
    expect(next({ status: 'needs_attention' }, aWait({ purpose: 'outcome' }))).toEqual([]);
  });
});

const steps = (...changes: readonly (readonly [key: string, kind: Step['kind'], changes?: Partial<WireStep>])[]) =>
  changes.map(([key, kind, more], at) => stepSchema.parse(aStep(key, { kind, seq: at + 1, ...more })));

const started = { status: 'started', endedAt: undefined, result: undefined } as const;

describe('the steps of a run', () => {
  const now = Date.parse(at) + 60_000;

  test('are a tree: each below what it is a part of, where that was begun first, an agent that was retried too', () => {
    const later = { startedAt: '2026-01-02T03:04:01.400Z' };
    const tree = steps(
      ['draft', 'step'],
      ['triage/turn-1', 'turn'],
      ['triage', 'agent', later],
      ['triage/turn-2', 'turn'],
      ['review', 'review', started],
      ['review/1/editor', 'agent', started],
      ['book/approval-9cbb76488644ad7a', 'human', { detail: { wait: waitId, question: 'May it?' } }],
    );
    expect(stepTable(tree, { now })).toMatchInlineSnapshot(`
      "  STEP           KIND    STATUS   TIME
        draft          step    done     1.5 s
        triage         agent   done     1.5 s
          turn-1       turn    done     1.5 s  demo-model
          turn-2       turn    done     1.5 s  demo-model
        review         review  started  1 min
          1/editor     agent   started  1 min
        book/approval  human   done     1.5 s"
    `);
  });

  test('of a wide fan-out are counted, and shown as far as they are not done; all of them where that is asked', () => {
    const items = Array.from({ length: 38 }, (_, n) => [`answers/${n}`, 'item'] as const);
    const tree = steps(
      ['answers', 'map', { ...started, detail: { items: 41 } }],
      ...items,
      ['answers/38', 'item', started],
      ['answers/38/researcher', 'agent', started],
      ['answers/39', 'item', { status: 'failed', error }],
    );
    expect(stepTable(tree, { now })).toMatchInlineSnapshot(`
      "  STEP            KIND   STATUS   TIME
        answers         map    started  1 min  41 items, 38 done, 1 running, 1 failed, 1 to come
          38            item   started  1 min
            researcher  agent  started  1 min
          39            item   failed   1.5 s"
    `);
    expect(stepTable(tree, { now, all: true }).split('\n')).toHaveLength(43);
    const ended = stepTable(tree, { now, endedAt: at });
    expect(ended).toContain('41 items, 38 done, 1 cancelled, 1 failed, 1 to come');
  });

  test.each([120, 80, 50])('fit a terminal of %d columns', (columns) => {
    const detail = { tool: 'http-get', effect: 'pure', input: { url: `https://example.org/${'a b '.repeat(30)}` } };
    const tree = steps(['fetch', 'tool', { detail }], ['planner', 'agent'], ['planner/turn-1', 'turn']);
    for (const line of stepTable(tree, { now, columns }).split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });
});

const eventsOf = (...events: readonly SomeEvent[]) => {
  const { show, written, end } = viewOn();
  for (const event of someEvents(...events)) show({ type: 'event', event });
  end();
  return written.lines();
};

const failed = (
  key: string,
  kind: Step['kind'],
  sentence: { readonly code: ErrorCode; readonly message: string } = error,
) => ['step.failed', { key, kind, error: sentence }] as const;

test('a fan-out is said to have begun, and a function that takes its time', () => {
  const events = someEvents(
    ['step.started', { key: 'answers', kind: 'map', items: 40 }],
    ['step.started', { key: 'build', kind: 'step' }],
  );
  expect(events.map((event) => eventLine(event, options))).toEqual(['▸ answers  40 items', '▸ build']);
});

describe('a sentence', () => {
  test('is said where it was met, and not again by what it goes up through', () => {
    const lines = eventsOf(failed('answers/0/ada', 'agent'), failed('answers/0', 'item'), failed('answers', 'map'), [
      'run.failed',
      { error },
    ]);
    expect(lines).toBe(`    ✗ answers/0/ada  ${error.message}\n  ✗ answers/0\n✗ answers\n✗ failed\n`);
  });

  test('that another step meets too is said to be the same, and another one is said', () => {
    const other = { code: 'timeout', message: 'Too late.' } as const;
    const lines = eventsOf(failed('a', 'agent'), failed('b', 'agent'), failed('c', 'agent', other));
    expect(lines).toBe(`✗ a  ${error.message}\n✗ b  the same\n✗ c  Too late.\n`);
  });

  test('is said again after a retry', () => {
    const lines = eventsOf(failed('a', 'agent'), ['run.retried', {}], failed('a', 'agent'));
    expect(lines.split(error.message)).toHaveLength(3);
  });
});

const liveOn = () => {
  let now = Date.parse(at);
  let text = '';
  const sink = { write: (more: string) => (text += more), columns: 200 };
  const view = createLiveView(sink, { ...options, canRewrite: true, now: () => now });
  const see = (...events: readonly SomeEvent[]) =>
    someEvents(...events).forEach((event) => view.show({ type: 'event', event }));
  const later = (ms: number) => {
    now += ms;
    view.tick();
    return screenOf(text).split('\n').at(-1);
  };
  return { ...view, see, later, lines: () => screenOf(text) };
};

describe('the line that tells what goes on', () => {
  test('names the steps at work with their time, and counts the items of a fan-out', () => {
    const { see, later } = liveOn();
    see(
      ['step.started', { key: 'answers', kind: 'map', items: 40 }],
      ['step.started', { key: 'answers/0', kind: 'item' }],
      ['step.started', { key: 'answers/0/ada', kind: 'agent' }],
      ['step.started', { key: 'answers/1', kind: 'item' }],
    );
    expect(later(4_000)).toBe('  answers 0 of 40 · answers/0/ada 4 s · answers/1 4 s');
    see(['step.done', { key: 'answers/1', kind: 'item', ms: 5 }]);
    expect(later(68_000)).toBe('  answers 1 of 40 · answers/0/ada 1 min 12 s');
    see(['run.completed', {}]);
    expect(later(1_000)).toBe('');
  });

  test('counts down to the end of a pause, in local time, and goes on from there', () => {
    const { see, later, lines } = liveOn();
    const until = Date.parse(at) + 192_000;
    see(['run.waiting', { kind: 'timer', until: new Date(until).toISOString() }]);
    const clock = clockText(until, Date.parse(at));
    expect(clock).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(lines()).toContain(`… waiting for a timer until ${clock}, in 3 min 12 s\n`);
    expect(later(60_000)).toBe(`  waiting for a timer until ${clock}, in 2 min 12 s`);
    see(['step.done', { key: 'rest', kind: 'sleep', ms: 192_000 }]);
    expect(later(1_000)).toBe('');
  });

  test('says that the server is away, for how long, and that it is back', () => {
    const { link, see, later, lines } = liveOn();
    link('lost');
    link('lost');
    expect(later(12_000)).toBe('  no answer for 12.0 s');
    link('back');
    see(['run.recovered', { downMs: 12_000 }]);
    expect(lines()).toBe(
      '… the server does not answer; waiting for it\n↺ the server answers again\n↺ recovered, 12.0 s after its last record; finished steps are kept\n',
    );
  });
});
