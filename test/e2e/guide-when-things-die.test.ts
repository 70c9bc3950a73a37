/** `docs/guides/when-things-die.md` tells the truth. */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { until } from '@perdure/testing';
import { expect, test } from 'vitest';
import { Guide } from './guide-session.ts';

test('what was in flight at a kill is done twice, what was recorded once', { timeout: 300_000 }, async () => {
  // The steps that are killed last until that is done, however late it comes.
  const swap = {
    "import { appendFileSync } from 'node:fs';": "import { appendFileSync, existsSync } from 'node:fs';",
    'await delay(3_000);': 'do await delay(2_500); while (existsSync(new URL(`../hold-${n}`, import.meta.url)));',
  };
  await using guide = await Guide.open('when-things-die.md', { swap });
  const begun = (step: string) => () => {
    const witness = guide.path('marks.txt');
    return existsSync(witness) && readFileSync(witness, 'utf8').includes(step);
  };
  for (const command of ['mkdir', 'perdure init', 'perdure pipelines new']) await guide.run(command);
  guide.write('pipelines/marks.ts');
  const holds = [3, 6].map((step) => guide.path(`hold-${step}`)) as [string, string];
  for (const hold of holds) writeFileSync(hold, '');

  await guide.start('perdure up');
  await guide.run('perdure status');
  const run = await guide.start('perdure run marks');
  await until(begun('step-3'), { withinMs: 60_000, what: 'step 3 begins' });
  await guide.run('kill -9');
  rmSync(holds[0]);
  await guide.sees(run);
  await until(begun('step-6'), { withinMs: 60_000, what: 'step 6 begins' });
  await guide.run('kill -9');
  rmSync(holds[1]);
  await guide.start('perdure up');
  await guide.sees(run);
  await guide.run('sort marks.txt');
  expect(guide.left).toEqual([]);
});
