import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFakeApi } from '../fake-api.ts';
import { createRunningPlace, cli } from '../harness.ts';

test("while the server is away the owner's key is given to nobody, whoever listens on its port", async () => {
  await using stranger = await startFakeApi();
  using place = createRunningPlace(stranger, join('/tmp', 'perdure-nobody', 'server.sock'));
  const { code, stderr } = await cli(['runs', 'list'], { cwd: place.folder });
  expect({ code, requests: stranger.requests }).toEqual({ code: 5, requests: [] });
  expect(stderr).toContain('cannot be reached');
});
