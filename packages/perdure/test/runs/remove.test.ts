import { expect, test } from 'vitest';
import { aRun, anOpenRun, runId } from '../builders.ts';
import { startFakeApi, type FakeRun } from '../fake-api.ts';
import { cli, createRunningPlace, dataIn } from '../harness.ts';

const ended = (n: number): FakeRun => ({
  run: aRun({
    id: `019a1b2c-3d4e-7000-8000-0000000001${n}0`,
    status: 'completed',
    endedAt: '2025-01-02T03:04:05.000Z',
  }),
  steps: [],
  events: [],
  ends: true,
});

test('delete takes several runs by their ids or prefixes, and says how many are gone', async () => {
  await using api = await startFakeApi({ runs: [anOpenRun(), ended(1), ended(2)] });
  using place = createRunningPlace(api);
  const { code, stdout } = await cli(['runs', 'delete', ended(1).run.id, ended(2).run.id], { cwd: place.folder });
  expect([code, stdout]).toEqual([0, 'Deleted 2 runs.\n']);
  expect([...api.runs.keys()]).toEqual([runId]);
  const { code: gone } = await cli(['runs', 'delete', ended(1).run.id], { cwd: place.folder });
  expect(gone).toBe(7);
});

test('prune deletes what ended long ago, call by call, until nothing is left', async () => {
  await using api = await startFakeApi({ runs: [anOpenRun(), ended(1), ended(2), ended(3)] });
  using place = createRunningPlace(api);
  const dry = await cli(['runs', 'prune', '--older-than', '30d', '--dry-run'], { cwd: place.folder });
  expect(dry.stdout).toContain(`and more:\n${ended(1).run.id}\n`);
  expect(api.runs.size).toBe(4);
  const done = await cli(['runs', 'prune', '--older-than', '30d', '--status', 'completed', '--json'], {
    cwd: place.folder,
  });
  expect(dataIn(done.stdout)).toMatchObject({ runs: [1, 2, 3].map((n) => ended(n).run.id) });
  expect(api.prunes).toHaveLength(3);
  expect(api.prunes.at(-1)).toMatchObject({ status: 'completed', dryRun: false });
  expect([...api.runs.keys()]).toEqual([runId]);
});

test('prune asks for a span with a unit', async () => {
  await using api = await startFakeApi({ runs: [] });
  using place = createRunningPlace(api);
  const { code, stderr } = await cli(['runs', 'prune', '--older-than', '30'], { cwd: place.folder });
  expect([code, stderr]).toEqual([2, expect.stringContaining('as 30d or 12h')]);
});
