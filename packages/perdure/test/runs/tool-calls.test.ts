import { expect, test } from 'vitest';
import { aRun, aStep, aWait, runId, someEvents } from '../builders.ts';
import { startFakeApi, type FakeRun } from '../fake-api.ts';
import { cli, createRunningPlace, dataIn } from '../harness.ts';

/** A run that called a tool twice, was steered, and stopped. */
function aRichRun(): FakeRun {
  const detail = { tool: 'http-get', effect: 'pure', input: { url: 'https://example.org' }, outcome: 'ok' };
  const error = { code: 'outcome_unknown', message: 'Nobody knows whether "mail" took effect.' } as const;
  const failed = { ...detail, outcome: 'failed' };
  return {
    run: aRun({ status: 'needs_attention', error }),
    steps: [
      aStep('a/tool-1', { kind: 'tool', detail, result: { success: true, data: {} } }),
      aStep('a/tool-2', { kind: 'tool', detail: failed, result: { success: false, errorMessage: 'no route' } }),
      aStep('a/tool-3', {
        kind: 'tool',
        status: 'started',
        detail: { tool: 'mail', effect: 'once', inputHidden: 'too long' },
      }),
    ],
    events: someEvents(
      ['run.queued', { pipeline: 'hello' }],
      ['order.received', { order: 'steer', text: 'Only our own pages.' }],
      ['order.received', { order: 'pause' }],
      ['step.done', { key: 'a/tool-1', kind: 'tool', ms: 400 }],
      ['run.needs_attention', { error }],
    ),
    ends: false,
  };
}

const outcomeWait = aWait({ purpose: 'outcome', question: 'Did the call of "mail" take effect?' });

test('show tells what tools were called with and gave, what the run was told, and how to decide', async () => {
  await using api = await startFakeApi({ runs: [aRichRun()], waits: [outcomeWait] });
  using place = createRunningPlace(api);
  const { code, stdout } = await cli(['runs', 'show', runId], { cwd: place.folder });
  expect(code).toBe(0);
  expect(stdout).toContain('http-get {"url":"https://example.org"} · pure · ok\n');
  expect(stdout).toContain('http-get {"url":"https://example.org"} · pure · failed: no route\n');
  expect(stdout).toContain('mail · once\n');
  expect(stdout).toMatch(/Steered\n {2}\S+Z {2}Only our own pages\.\n {4}not read yet\n\n/);
  expect(stdout).not.toContain('runs resume');
  expect(stdout).toContain(`perdure waits answer ${outcomeWait.id} --run-again\n`);
  const step = (await cli(['runs', 'show', `${runId}/a/tool-1`], { cwd: place.folder })).stdout;
  expect(step).toContain('Tool http-get (pure)\n\nArguments\n{\n  "url": "https://example.org"\n}\n');
});

test('show with --json holds the run, its steps, its events and its questions, also of a run that goes on', async () => {
  const rich = aRichRun();
  const answered = aWait({
    id: outcomeWait.id.replace(/1$/, '2'),
    answered: { answer: 1, by: 'a', at: rich.run.createdAt },
  });
  await using api = await startFakeApi({ runs: [rich], waits: [answered, outcomeWait] });
  using place = createRunningPlace(api);
  const { stdout, stderr } = await cli(['runs', 'show', runId, '--json'], { cwd: place.folder });
  expect(stderr).toBe('');
  expect(dataIn(stdout)).toEqual(
    JSON.parse(
      JSON.stringify({
        run: rich.run,
        steps: rich.steps,
        events: rich.events,
        waits: [outcomeWait, answered],
        below: [],
      }),
    ),
  );
});

test('watching on a terminal shows the end of tool calls with time and outcome', async () => {
  await using api = await startFakeApi({ runs: [aRichRun()] });
  using place = createRunningPlace(api);
  const { code, stdout, stderr } = await cli(['runs', 'watch', runId], {
    cwd: place.folder,
    isTTY: true,
    env: { NO_COLOR: '1' },
  });
  expect(code).toBe(1);
  expect(stdout).toContain('  order received: steer: Only our own pages.\n');
  expect(stdout).toContain('  ✓ a/tool-1  tool http-get 400 ms ok\n');
  expect(stderr).toContain('took effect');
});
