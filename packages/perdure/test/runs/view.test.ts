import {
  runEventTypes,
  runStatuses,
  stepSchema,
  type Run,
  type RunEventType,
  type WireStep,
  type StepOfKind,
  type Wait,
} from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { eventLine } from '../../src/runs/view-event.ts';
import { createLiveView } from '../../src/runs/view-live.ts';
import { nextCommands } from '../../src/runs/view.ts';
import { aRun, aStep, aWait, runId, someEvents, waitId, type SomeEvent } from '../builders.ts';

const plain = (_colour: string, text: string) => text;
const options = { paint: plain, homeFlag: '' };

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
  ['run.log', {}],
  ['order.received', { order: 'pause' }],
  ['wait.answered', { wait: waitId, key }],
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

test('a tool call reads with its arguments and what came of it', () => {
  const event = someEvents(['step.done', { key: 'tool-1', kind: 'tool', ms: 400 }])[0]!;
  const detail = { tool: 'http-get', effect: 'pure', input: { url: 'https://example.org' }, outcome: 'ok' };
  const line = (changes: Partial<WireStep>) =>
    eventLine(event, options, {
      step: stepSchema.parse(aStep('tool-1', { kind: 'tool', ...changes })) as StepOfKind<'tool'>,
    });
  expect(line({ detail })).toBe('✓ tool-1  tool http-get {"url":"https://example.org"} 400 ms ok');
  const failed = { detail: { ...detail, outcome: 'failed' }, result: { success: false, errorMessage: 'no route' } };
  expect(line(failed)).toBe('✗ tool-1  tool http-get {"url":"https://example.org"} 400 ms failed: no route');
  expect(eventLine(event, options)).toBe('✓ tool-1  tool 400 ms');
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

describe('a run that asks is offered the answer first', () => {
  const answers = [`perdure waits answer ${waitId} --home /r <answer>`];

  test('alone where it waits for nothing else, and with a way to watch or resume it where it does', () => {
    expect(next({ status: 'waiting', waitingFor: { kind: 'human' } }, aWait())).toEqual(answers);
    expect(next({ status: 'running' }, aWait())).toEqual([...answers, command('watch')]);
    expect(next({ status: 'waiting', waitingFor: { kind: 'timer' } }, aWait())).toEqual([...answers, command('watch')]);
    expect(next({ status: 'paused' }, aWait())).toEqual([...answers, command('resume')]);
  });

  test('and no resume where nobody knows the outcome of a call', () => {
    const commands = next({ status: 'needs_attention' }, aWait({ purpose: 'outcome' }));
    expect(commands.map((command) => command.split('/r ')[1])).toEqual([
      '--done <json>',
      '--run-again',
      '--fail <reason>',
    ]);
  });

  test('as a list of several questions', () => {
    expect(next({ status: 'waiting', waitingFor: { kind: 'human' } }, aWait(), aWait())).toEqual([
      `perdure waits --run ${runId} --home /r`,
    ]);
  });
});
