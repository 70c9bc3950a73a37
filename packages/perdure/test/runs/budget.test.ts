import { expect, test } from 'vitest';
import { aFinishedRun } from '../builders.ts';
import { startFakeApi } from '../fake-api.ts';
import { cli, createRunningPlace } from '../harness.ts';

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
