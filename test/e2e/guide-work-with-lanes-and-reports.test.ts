/** `docs/guides/work-with-lanes-and-reports.md` tells the truth. */

import { expect, test } from 'vitest';
import { Guide } from './guide-session.ts';

test(
  'lanes are given, returned and decided on; what is late is kept apart, a run that was wanted is done by the next server, and the task is closed',
  { timeout: 300_000 },
  async () => {
    await using guide = await Guide.open('work-with-lanes-and-reports.md');
    for (const command of ['mkdir', 'perdure init', 'perdure task create']) await guide.run(command);
    const lane = async (step: string, exitCode = 0) => await guide.run(`perdure task lane ${step}`, { exitCode });
    await lane('assign ship docs');
    await lane('assign ship site');
    await lane('assign ship tutorial', 8);
    await lane('brief ship docs');
    guide.write('first.md');
    for (let time = 1; time <= 2; time += 1) await lane('ingest ship first.md');
    await lane('check ship --strict', 9);
    await lane('decide ship docs dispatch');
    await guide.run('sed');
    await lane('ingest ship late.md', 1);
    await lane('drop ship');

    guide.write('second.md');
    await lane('ingest ship second.md');
    await lane('decide ship docs complete', 8);
    await lane('decide ship docs complete --proof');
    await guide.run('perdure task complete ship', { exitCode: 9 });
    await lane('decide ship site park');

    await lane('assign ship greet');
    const up = await guide.start('perdure up');
    await guide.look('perdure task lane check');
    await lane('show ship greet');
    for (const step of ['bind', 'update', 'status']) await guide.run(`perdure task ${step} ship`);
    await guide.look('perdure task deliveries');
    for (const step of ['verify', 'complete']) await guide.run(`perdure task ${step} ship`);
    await guide.run('perdure down');
    expect(await up.ended(60_000)).toBe(0);
    expect(guide.left).toEqual([]);
  },
);
