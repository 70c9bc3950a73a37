import { expect, test } from 'vitest';
import { aFinishedRun, aStep, runId } from '../builders.ts';
import { forkId, startFakeApi } from '../fake-api.ts';
import { cli, createRunningPlace, dataIn, envelopesIn } from '../harness.ts';

const shipId = '019a1b2c-5555-7000-8000-000000000001';

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

test('fork with --watch follows the new run to its end: with --json as NDJSON, else with its output on stdout', async () => {
  await using api = await startFakeApi({ runs: [aFinishedRun()] });
  using place = createRunningPlace(api);
  const argv = ['runs', 'fork', runId, '--from', 'greet', '--watch'];
  const piped = await cli([...argv, '--json'], { cwd: place.folder });
  expect(piped.code).toBe(0);
  expect(piped.stderr).toBe('');
  expect(envelopesIn(piped.stdout).map(({ data }) => (data as { seq: number }).seq)).toEqual([1, 2, 3, 4]);
  for (const isTTY of [true, false]) {
    const seen = await cli(argv, { cwd: place.folder, isTTY, env: { NO_COLOR: '1' } });
    expect(seen.stderr).toContain('✓ completed\n');
    expect(seen.stdout).toBe('{\n  "greeting": "Hello"\n}\n');
  }
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
