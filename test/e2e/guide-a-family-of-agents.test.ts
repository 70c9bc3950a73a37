/** `docs/guides/a-family-of-agents.md` tells the truth, with a gateway that starts in a moment. */

import { symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { quietPort } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { expect, onTestFinished, test } from 'vitest';
import { endProgramsOf } from './end-programs.ts';
import { Guide } from './guide-session.ts';

test(
  'a family and its agent are made, stopped, started, stopped by a task, and taken away',
  { timeout: 180_000 },
  async () => {
    const fake = installFakeOpenclaw(tempFolder());
    onTestFinished(() => endProgramsOf(dirname(fake.entry)));
    await using guide = await Guide.open('a-family-of-agents.md', {
      swap: { '19410': String(quietPort()), box: hostname() },
    });
    for (const command of ['mkdir', 'perdure init']) await guide.run(command);
    symlinkSync(fake.entry, join(dirname(guide.path('x')), '..', 'bin', 'openclaw'));
    const up = await guide.start('perdure up');
    await guide.run('perdure family init');
    await guide.run('perdure family add');
    await guide.run('perdure family status');
    await guide.run('perdure family add');
    await guide.run('perdure family stop');
    await guide.run('perdure family start');
    await guide.run('perdure assignments create');
    await guide.look('perdure assignments list');
    await guide.run('perdure family deprovision');
    await guide.run('perdure family status');
    await guide.run('perdure down');
    expect(await up.ended(60_000)).toBe(0);
    expect(guide.left).toEqual([]);
  },
);
