/** What a model, a tool or a file says reaches a terminal as words, in every view. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { harmless, visibleText } from '../../src/text/visible.ts';
import {
  aFailedRun,
  aFinishedRun,
  anAskingRun,
  type aRun,
  aStep,
  aWait,
  runId,
  someEvents,
  waitId,
} from '../builders.ts';
import { startFakeApi, type FakeOptions, type FakeRun } from '../fake-api.ts';
import { cli, createRunningPlace } from '../harness.ts';
import { aTask, createTaskPlace } from '../tasks/task-cli.ts';

/** Clears the screen, sets a colour in eight bits, ends a line, turns lines round, and a NUL. */
const hostile = 'a\u001b[2J\u001b]52;c;aGk=\u0007\u009b31m\u0085\u202e\u2066\u2028\u200b\u{e0041}\u0000b';
const orders =
  // oxlint-disable-next-line no-control-regex -- finding them is the point
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\u2028\u2029\u{e0001}-\u{e007f}]/u;

const error = { code: 'model_rejected', message: hostile } as const;

/** A run all of whose texts are hostile, as far as they are not ours. */
function hostileRun(changes: Parameters<typeof aRun>[0] = {}): FakeRun {
  return {
    ...aFinishedRun({ input: { prompt: hostile }, output: { answer: hostile, [hostile]: 1 }, ...changes }),
    steps: [
      aStep('greet', { result: { text: hostile } }),
      aStep('look', {
        kind: 'tool',
        status: 'failed',
        error,
        result: undefined,
        detail: { tool: hostile, input: hostile },
      }),
      aStep('plan', { kind: 'turn', result: { text: hostile }, detail: { model: hostile, notes: [hostile] } }),
    ],
    events: someEvents(
      ['run.queued', { pipeline: 'hello' }],
      ['run.started', {}],
      ['run.log', { message: hostile }],
      ['step.done', { key: 'greet', kind: 'step', ms: 1500 }],
      ['step.failed', { key: 'look', kind: 'tool', error }],
      ['run.completed', {}],
    ),
    text: { key: 'plan', delta: hostile },
  };
}

const completed: FakeOptions = { runs: [hostileRun()] };
const failed: FakeOptions = { runs: [{ ...aFailedRun(), run: { ...aFailedRun().run, error } }] };
const question = aWait({ question: hostile, context: { plan: hostile } });
const approval = aWait({
  purpose: 'approval',
  question: hostile,
  context: { tool: hostile, arguments: { to: hostile } },
});
const asking: FakeOptions = { runs: [anAskingRun()], waits: [question] };
const approving: FakeOptions = { runs: [anAskingRun()], waits: [approval] };
const answeredWait = { ...question, answered: { answer: hostile, by: hostile, at: '2026-01-02T03:04:30.000Z' } };
const away: FakeOptions = {
  away: [{ model: hostile, since: '2026-01-02T03:04:00.000Z', reason: hostile, runsWaiting: 1 } as never],
  learnt: [{ model: hostile, feature: 'schema', reason: hostile, at: '2026-01-02T03:04:00.000Z' } as never],
};
const started: FakeOptions = { onStart: () => hostileRun() };
const badHealth: FakeOptions = {
  health: { status: 'degraded', parts: { model: { status: 'down', detail: hostile } } },
};

test.for<readonly [string, FakeOptions, readonly string[]]>([
  ['the list of runs', completed, ['runs', 'list']],
  ['a run', completed, ['runs', 'show', runId]],
  ['a run that failed', failed, ['runs', 'show', runId]],
  ['a step', completed, ['runs', 'show', `${runId}/greet`]],
  ['a call of a tool', completed, ['runs', 'show', `${runId}/look`]],
  ['a turn of a model', completed, ['runs', 'show', `${runId}/plan`]],
  ['a run that is watched', completed, ['runs', 'watch', runId]],
  ['a run that was started', started, ['run', 'hello', 'x']],
  ['a run that was started and is watched', started, ['run', 'hello', 'x', '--watch']],
  ['a run that asks', asking, ['runs', 'show', runId]],
  ['a run that asks for an approval', approving, ['runs', 'show', runId]],
  ['the open questions', asking, ['waits']],
  ['a question', asking, ['waits', 'show', waitId]],
  ['an approval', approving, ['waits', 'show', waitId]],
  ['a question that was answered', { ...asking, waits: [answeredWait] }, ['waits', 'show', waitId]],
  ['the models', away, ['models', 'list']],
  ['the state', badHealth, ['status']],
  ['data for programs', completed, ['runs', 'show', runId, '--json']],
])('%s gives no orders to the terminal', async ([, options, argv]) => {
  await using api = await startFakeApi(options);
  using place = createRunningPlace(api);
  const { stdout, stderr } = await cli(argv, { cwd: place.folder });
  expect(stdout + stderr).not.toMatch(orders);
  expect(stdout + stderr).not.toBe('');
});

test.for([
  ['show', 'ship'],
  ['list'],
  ['continue', 'ship', '--dry-run'],
  ['recent', 'ship'],
  ['show', 'ship', '--json'],
] as const)('task %j gives no orders to the terminal', async (argv) => {
  using place = createTaskPlace();
  await aTask(place, '--constraint', hostile);
  await place.task(['note', 'ship', hostile]);
  await place.task(['progress', 'ship', hostile]);
  const { stdout, stderr } = await place.task(argv);
  expect(stdout + stderr).not.toMatch(orders);
  expect(stdout).not.toBe('');
});

test('a file of another name than it looks is told by all of its characters', async () => {
  using place = createTaskPlace();
  writeFileSync(join(place.folder, 'x\u001b]52;c;aGk=\u0007\u001b[31mRED.json'), '{');
  const { stdout, stderr } = await place.task(['import', place.folder]);
  expect(stdout + stderr).not.toMatch(orders);
  expect(stdout).toContain('\\u001b[31mRED');
});

test('who decides by a text is shown what takes room without being seen, and joiners of letters too', () => {
  expect(visibleText('rm\u3164\u2800\ufe0f\u200d\u{e0100}x\ny')).toBe(
    'rm\\u3164\\u2800\\ufe0f\\u200d\\udb40\\udd00x\ny',
  );
});

test('what no view has made printable is stopped before the terminal, and our own colours are not', () => {
  expect(harmless('\u001b[32m✓\u001b[39m \u001b]0;x\u0007\u009b31m\u202e', true)).toBe(
    '\u001b[32m✓\u001b[39m \\u001b]0;x\\u0007\\u009b31m\\u202e',
  );
  expect(harmless('\r\u001b[2Kdone\n', true)).toBe('\r\u001b[2Kdone\n');
  expect(harmless('\u001b[32m✓', false)).toBe('\\u001b[32m✓');
});
