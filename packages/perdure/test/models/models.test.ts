import type { LearntFact } from '@perdure/contract';
import { expect, test } from 'vitest';
import { startFakeApi } from '../fake-api.ts';
import { cli, createRunningPlace, dataIn } from '../harness.ts';

const learnt: readonly LearntFact[] = [
  {
    model: 'groq/llama',
    feature: 'response_format',
    schemaHash: 'a1b2c3d4e5f6',
    reason: 'the server answered 400',
    at: '2026-11-28T12:00:00.000Z',
  },
];

test('models are listed with who asks them, what they cost, where they are, and what was learnt', async () => {
  await using api = await startFakeApi({ learnt });
  using place = createRunningPlace(api);
  const { code, stdout } = await cli(['models', 'list'], { cwd: place.folder });
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      'MODEL       KEY      CONTEXT  PRICES       FALLBACK        SERVER                                                             ASKED BY',
      'groq/llama  set      128,000  0.59 / 0.79  local/qwen3:8b  https://api.groq.com · chat · through the proxy http://proxy:3128  default, planner',
      'spare/…     missing  -        -            -               http://127.0.0.1:9 · messages                                      nobody',
      '',
      'groq/llama is asked without response_format for the schema a1b2c3d4 since 2026-11-28: the server answered 400',
      '',
      'To ask for everything again:',
      '  perdure models forget groq/llama',
      '',
    ].join('\n'),
  );
  const json = await cli(['models', 'list', '--json'], { cwd: place.folder });
  expect(dataIn(json.stdout)).toMatchObject({ servers: [{ name: 'groq' }, { name: 'spare' }], learnt });
});

test('a model that is away is told with its reason, and when it is asked again', async () => {
  const [since, nextAt] = ['2026-11-28T12:00:00.000Z', '2026-11-28T12:15:00.000Z'];
  const away = [{ model: 'groq/llama', since, nextAt, reason: 'The model server cannot be reached.', waiting: 3 }];
  await using api = await startFakeApi({ away });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['models', 'list'], { cwd: place.folder });
  expect(stdout).toContain(
    `groq/llama is away since ${since}; 3 runs wait, and it is asked again at ${nextAt}: The model server cannot be reached.`,
  );
});

test('a model that was away when it was asked last, and that nobody waits for, is not asked meanwhile', async () => {
  const [since, nextAt] = ['2026-11-28T12:00:00.000Z', '2026-11-28T12:15:00.000Z'];
  const away = [{ model: 'groq/llama', since, nextAt, reason: 'The model server cannot be reached.', waiting: 0 }];
  await using api = await startFakeApi({ away });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['models', 'list'], { cwd: place.folder });
  expect(stdout).toContain(`groq/llama is away since ${since}; it is asked when a run needs it: The model server`);
});

test('what was learnt of a model is forgotten, and where nothing was that is said', async () => {
  await using api = await startFakeApi({ learnt });
  using place = createRunningPlace(api);
  const forget = async () => await cli(['models', 'forget', 'groq/llama'], { cwd: place.folder });
  expect(await forget()).toMatchObject({ code: 0, stdout: expect.stringContaining('Forgot what was learnt') });
  expect(await forget()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was learnt') });
  expect((await cli(['models', 'list'], { cwd: place.folder })).stdout).not.toContain('since');
});
