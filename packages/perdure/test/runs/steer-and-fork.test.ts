import { expect, test } from 'vitest';
import { aFinishedRun, aRun, aStep, anOpenRun, aWait, runId, someEvents } from '../builders.ts';
import { forkId, startFakeApi, type FakeRun } from '../fake-api.ts';
import { cli, createRunningPlace, dataIn, envelopesIn } from '../harness.ts';

test('steer sends the text once, from the command line or from stdin, and says when it is read', async () => {
  await using api = await startFakeApi({ runs: [anOpenRun()] });
  using place = createRunningPlace(api);
  const steer = (text: string, stdin = '') => cli(['runs', 'steer', '019a1b2c', text], { cwd: place.folder, stdin });
  const { code, stdout, stderr } = await steer('Leave the payment service alone');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe('Recorded; no agent is at work, so the next turn of an agent reads it.\n');
  await steer('-', 'two\nlines');
  expect(api.steers).toEqual(['Leave the payment service alone', 'two\nlines']);
});

test('steer names the agents at work, who read the text', async () => {
  const steps = [
    aStep('plan', { kind: 'agent' }),
    aStep('write', { kind: 'agent', status: 'started' }),
    aStep('write/turn-1', { kind: 'turn', status: 'started' }),
  ];
  await using api = await startFakeApi({ runs: [{ ...anOpenRun(), steps }] });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['runs', 'steer', runId, 'x'], { cwd: place.folder });
  expect(stdout).toBe('Recorded; read before its next turn by each agent at work: write.\n');
});

const shipId = '019a1b2c-5555-7000-8000-000000000001';
const at = (ms: number) => new Date(Date.parse('2026-01-02T03:04:00.000Z') + ms).toISOString();

const steer = (seq: number, ms: number, text: string) =>
  ({ seq, type: 'order.received', at: at(ms), actor: 'owner', data: { id: text, order: 'steer', text } }) as const;

test('show tells which turns read a text, and of which nobody has', async () => {
  const steps = [
    aStep('a/turn-2', { kind: 'turn', detail: { steers: ['one'] } }),
    aStep('b/turn-1', { kind: 'turn', detail: { steers: ['one', 'three'] } }),
  ];
  const events = [steer(1, 100, 'one'), steer(2, 200, 'two'), steer(3, 300, 'three')];
  const open: FakeRun = { ...anOpenRun(), steps, events };
  await using api = await startFakeApi({ runs: [open] });
  using place = createRunningPlace(api);
  const show = async () => (await cli(['runs', 'show', runId], { cwd: place.folder })).stdout;
  expect(await show()).toMatch(
    /one\n {4}read by a\/turn-2, b\/turn-1\n.*two\n {4}not read yet\n.*three\n {4}read by b\/turn-1\n/,
  );
  open.run = aRun({ status: 'completed' });
  expect(await show()).toContain('two\n    read by nobody\n');
});

test('steer of a run that stands still says how to go on, and with --json gives the run', async () => {
  const stopped: FakeRun = { ...anOpenRun(), run: aRun({ status: 'needs_attention' }) };
  await using api = await startFakeApi({ runs: [stopped] });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['runs', 'steer', runId, 'x', '--home', '.perdure'], { cwd: place.folder });
  expect(stdout).toContain(`perdure runs resume ${runId} --home ${place.paths.root}\n`);
  const json = await cli(['runs', 'steer', runId, 'x', '--json'], { cwd: place.folder });
  expect(dataIn(json.stdout)).toMatchObject({ id: runId, status: 'needs_attention' });
});

test('fork starts another run from a step and tells how to follow it', async () => {
  await using api = await startFakeApi({ runs: [aFinishedRun()] });
  using place = createRunningPlace(api);
  const fork = (...argv: string[]) => cli(['runs', 'fork', runId, ...argv], { cwd: place.folder });
  const { code, stdout, stderr } = await fork('--from', 'greet', '--idempotency-key', 'k-1');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`perdure runs watch ${forkId}\n`);
  expect(api.starts).toEqual([{ body: { from: 'greet' }, idempotencyKey: 'k-1' }]);
  const json = await fork('--from', 'greet', '--json');
  expect(dataIn(json.stdout)).toMatchObject({ id: forkId, forkedFrom: { runId, stepKey: 'greet' } });
  const shown = await cli(['runs', 'show', forkId], { cwd: place.folder });
  expect(shown.stdout).toContain(`forked from  ${runId}, before greet\n`);
});

test('fork tells what it keeps, which is told by time, and which calls with an effect it makes again', async () => {
  const mail = { kind: 'tool', detail: { tool: 'mail', effect: 'once', input: { to: 'ada' } } } as const;
  const steps = [
    aStep('first', mail),
    aStep('plan', { kind: 'agent' }),
    aStep('plan/turn-1', { kind: 'turn' }),
    aStep('review'),
    aStep('send', mail),
    aStep('ship', { kind: 'run', detail: { run: shipId, pipeline: 'ship' } }),
  ];
  const ship = { ...aFinishedRun({ id: shipId }), steps: [aStep('load'), aStep('call', mail)] };
  await using api = await startFakeApi({ runs: [{ ...aFinishedRun(), steps }, ship] });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['runs', 'fork', runId, '--from', 'review'], { cwd: place.folder });
  expect(stdout).toBe(
    [
      `Run ${forkId} begins like ${runId} and goes its own way from review on.`,
      'Kept, since it had ended before review was begun: first, plan.',
      'Made once before, and again where the new run comes to it:',
      '  send  mail {"to":"ada"}',
      '  ship › call  mail {"to":"ada"}',
      `Follow it with: perdure runs watch ${forkId}\n`,
    ].join('\n'),
  );
  const watched = await cli(['runs', 'fork', runId, '--from', 'review', '--watch'], { cwd: place.folder });
  expect(watched.stderr).toContain('  send  mail');
});

test('fork with --watch follows the new run to its end: piped as NDJSON, on a terminal with its output', async () => {
  await using api = await startFakeApi({ runs: [aFinishedRun()] });
  using place = createRunningPlace(api);
  const argv = ['runs', 'fork', runId, '--from', 'greet', '--watch'];
  const piped = await cli(argv, { cwd: place.folder });
  expect(piped.code).toBe(0);
  expect(piped.stderr).toBe(`Run ${forkId}\n`);
  expect(envelopesIn(piped.stdout).map(({ data }) => (data as { seq: number }).seq)).toEqual([1, 2, 3, 4]);
  const seen = await cli(argv, { cwd: place.folder, isTTY: true, env: { NO_COLOR: '1' } });
  expect(seen.stdout).toContain('✓ completed\n{\n  "greeting": "Hello"\n}\n');
});

test('fork without a step is a usage error, from a step that is none one of input', async () => {
  await using api = await startFakeApi({ runs: [aFinishedRun()] });
  using place = createRunningPlace(api);
  const none = await cli(['runs', 'fork', runId], { cwd: place.folder });
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('--from');
  const wrong = await cli(['runs', 'fork', runId, '--from', 'nothing'], { cwd: place.folder });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('"nothing"');
  const near = await cli(['runs', 'fork', runId, '--from', 'gret'], { cwd: place.folder });
  expect(near.code).toBe(2);
  expect(near.stderr).toContain('Did you mean `greet`?');
});

test('limits of a run are sent as its budget, and nothing is sent where there are none', async () => {
  await using api = await startFakeApi({ onStart: () => aFinishedRun() });
  using place = createRunningPlace(api);
  const run = (...argv: string[]) => cli(['run', 'hello', ...argv, '--wait', '0'], { cwd: place.folder });
  await run('--max-tokens', '9000', '--max-turns', '7', '--max-minutes', '30');
  await run('--max-turns', '7');
  await run();
  const body = { pipeline: 'hello', input: {} };
  expect(api.starts.map((start) => start.body)).toEqual([
    { ...body, budget: { tokens: 9000, turns: 7, minutes: 30 } },
    { ...body, budget: { turns: 7 } },
    body,
  ]);
  expect((await run('--max-turns', '0')).code).toBe(2);
});

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
  expect(stdout.split('Next\n')[1]).not.toContain('runs resume');
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

test('watching on a terminal shows tool calls with arguments, time and outcome', async () => {
  await using api = await startFakeApi({ runs: [aRichRun()] });
  using place = createRunningPlace(api);
  const { code, stdout, stderr } = await cli(['runs', 'watch', runId], {
    cwd: place.folder,
    isTTY: true,
    env: { NO_COLOR: '1' },
  });
  expect(code).toBe(1);
  expect(stdout).toContain('  order received: steer: Only our own pages.\n');
  expect(stdout).toContain('  ✓ a/tool-1  tool http-get {"url":"https://example.org"} 400 ms ok\n');
  expect(stderr).toContain('took effect');
});
