import { expect, test } from 'vitest';
import { aRun, runId } from '../builders.ts';
import { startFakeApi, type FakeRun } from '../fake-api.ts';
import { cli, createRunningPlace, dataIn } from '../harness.ts';

const idOf = (n: number) => `${runId.slice(0, -1)}${n}`;
const paused = (n: number, changes: Partial<FakeRun['run']>): FakeRun => ({
  run: aRun({ id: idOf(n), status: 'paused', ...changes }),
  steps: [],
  events: [],
  ends: true,
});

test('resume --held lets every held run go on, those below through the one above, and no run that a person paused', async () => {
  const parent = { runId: idOf(2), stepKey: 'part' };
  const runs = [paused(2, { held: 'take_over' }), paused(3, { held: 'take_over', parent }), paused(4, {})];
  await using api = await startFakeApi({ runs });
  using place = createRunningPlace(api);
  const list = await cli(['runs', 'list'], { cwd: place.folder });
  expect(list.stdout.match(/ paused \(held\) /g)).toHaveLength(2);
  const { code, stdout } = await cli(['runs', 'resume', '--held', '--json'], { cwd: place.folder });
  expect(code).toBe(0);
  expect(dataIn(stdout)).toEqual({ resumed: [idOf(3), idOf(2)] });
  expect(api.requests.filter((line) => line.startsWith('POST'))).toEqual([`POST /api/v1/runs/${idOf(2)}/resume`]);
});

test('resume --all lets every run that needs attention go on, or those of one pipeline', async () => {
  const status = 'needs_attention';
  const runs = [
    paused(2, { status }),
    paused(3, { status, parent: { runId: idOf(2), stepKey: 'part' } }),
    paused(4, { status, pipeline: 'other' }),
    paused(5, {}),
  ];
  await using api = await startFakeApi({ runs });
  using place = createRunningPlace(api);
  const one = await cli(['runs', 'resume', '--all', '--pipeline', 'other', '--json'], { cwd: place.folder });
  expect(dataIn(one.stdout)).toEqual({ resumed: [idOf(4)] });
  const all = await cli(['runs', 'resume', '--all'], { cwd: place.folder });
  expect(all.stdout).toMatch(/^\d stopped runs go on\.\n$/);
  expect(api.requests.filter((line) => line.startsWith('POST')).slice(1)).toEqual(
    expect.arrayContaining([`POST /api/v1/runs/${idOf(2)}/resume`, `POST /api/v1/runs/${idOf(3)}/resume`]),
  );
});

test('resume takes an id, --held or --all, and one of them', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  for (const given of [[], [runId, '--held'], ['--held', '--all']]) {
    const { code, stderr } = await cli(['runs', 'resume', ...given], { cwd: place.folder });
    expect(code).toBe(2);
    expect(stderr).toContain('takes the id of a run, or --held, or --all');
  }
});
