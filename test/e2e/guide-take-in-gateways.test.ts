/** `docs/guides/take-in-gateways.md` tells the truth, with a gateway that starts in a moment. */

import { symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { makeHandMade, quietPort } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { expect, onTestFinished, test } from 'vitest';
import { endProgramsOf } from './end-programs.ts';
import { Guide } from './guide-session.ts';

test('a gateway made by hand is found, taken in, and put right', { timeout: 240_000 }, async () => {
  const fake = installFakeOpenclaw(tempFolder());
  onTestFinished(() => endProgramsOf(dirname(fake.entry)));
  const port = quietPort();
  await using guide = await Guide.open('take-in-gateways.md', { swap: { '19790': String(port), box: hostname() } });
  for (const command of ['mkdir', 'perdure init']) await guide.run(command);
  const accountHome = join(dirname(guide.path('x')), '..');
  symlinkSync(fake.entry, join(accountHome, 'bin', 'openclaw'));
  const server = { baseUrl: 'http://127.0.0.1:9/v1', api: 'openai-completions', apiKey: 'sk-canary-of-demo' };
  const models = { providers: { demo: { ...server, models: [{ id: 'demo', name: 'demo' }] } } };
  const settings = { agents: { defaults: { model: { primary: 'demo/demo' } } }, models };
  makeHandMade({ accountHome, handle: 'scout', port, service: 'none', settings });
  await guide.run('perdure family adopt --scan');
  const up = await guide.start('perdure up');
  await guide.run('perdure family init');
  await guide.run('perdure family adopt scout');
  await guide.run('perdure family mend scout');
  await guide.run('perdure family mend scout loose_files');
  await guide.run('perdure family mend scout --all');
  await guide.run('perdure family mend scout');
  await guide.run('perdure family status');
  await guide.run('perdure family stop');
  await guide.run('perdure down');
  expect(await up.ended(60_000)).toBe(0);
  expect(guide.left).toEqual([]);
});
