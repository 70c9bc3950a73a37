import {
  runEventTypes,
  runStatuses,
  stepSchema,
  type Run,
  type RunEventType,
  type Step,
  type StepOfKind,
  type Wait,
} from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { statusLines } from '../../src/instance/view-up.ts';
import { nearKeys } from '../../src/runs/step-keys.ts';
import { eventLine } from '../../src/runs/view-event.ts';
import { createLiveView } from '../../src/runs/view-live.ts';
import { nextCommands } from '../../src/runs/view.ts';
import {
  formatDuration,
  formatTable,
  oneLine,
  printable,
  shellWord,
  shortIds,
  unfolded,
  visibleJson,
} from '../../src/text/format.ts';
import { hintFor } from '../../src/text/hint.ts';
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
  const line = (changes: Partial<Step>) =>
    eventLine(event, options, {
      step: stepSchema.parse(aStep('tool-1', { kind: 'tool', ...changes })) as StepOfKind<'tool'>,
    });
  expect(line({ detail })).toBe('✓ tool-1  tool http-get {"url":"https://example.org"} 400 ms ok');
  const failed = { detail: { ...detail, outcome: 'failed' }, result: { success: false, errorMessage: 'no route' } };
  expect(line(failed)).toBe('✗ tool-1  tool http-get {"url":"https://example.org"} 400 ms failed: no route');
  expect(eventLine(event, options)).toBe('✓ tool-1  tool 400 ms');
});

test('JSON shows every character that a terminal would swallow or obey, and means the same', () => {
  const value = { command: 'a\u001b[2J\u009b31m\u202egnp.exe\n\u{e0041}é😀' };
  const text = visibleJson(value, 2);
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  expect(text).toContain('é😀');
  expect(JSON.parse(text)).toEqual(value);
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

test.each([
  ['conflict', 'x.ts already exists and was left as it is; choose another name.', undefined],
  ['invalid_input', 'ctx.step("a b"): a key is 1 to 100 letters; correct it, then resume the run.', undefined],
  [
    'turns_exhausted',
    'The agent "a" has used its 2 turns; raise maxTurns in its AGENT.md, then retry the run.',
    undefined,
  ],
  [
    'review_exhausted',
    '"b" asks for changes; allow more rounds, or take the last version with onExhausted: "return".',
    undefined,
  ],
  ['not_found', 'There is no run x; `perdure runs list` shows those there are.', undefined],
  ['run_failed', 'no', '`perdure runs show` shows how far it came; `perdure runs retry` goes on from there.'],
  ['model_rejected', 'The model server answered 401.', 'Check AI_BASE_URL, AI_API_KEY and MODEL_ID.'],
] as const)('below the error %s "%s" stands: %s', (code, message, hint) => {
  expect(hintFor({ code, message })).toBe(hint);
});

test('JSON in a text is shown as JSON, and every other text as it is', () => {
  const text = JSON.stringify({ messages: [{ content: '{"n":[1]}' }] });
  expect(unfolded({ text, list: ['[x]', ' [1]'], 'a b': 'a {"b":1}', no: null })).toEqual({
    text: { messages: [{ content: { n: [1] } }] },
    list: ['[x]', [1]],
    'a b': 'a {"b":1}',
    no: null,
  });
});

test.each([
  ['plannr', ['planner', 'review/1/planner']],
  ['geret', ['greet']],
  ['ab', []],
  ['Planner', ['planner', 'review/1/planner']],
  ['review/planner', ['planner', 'review/1/planner']],
  ['review/1/planer', ['review/1/planner', 'planner']],
  ['publish', []],
])('near the key %s are %j', (key, near) => {
  expect(nearKeys(key, ['greet', 'planner', 'review/1/planner', 'review'])).toEqual(near);
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
