/** `docs/guides/when-things-die.md` tells the truth. */

import { existsSync, readFileSync } from 'node:fs';
import { until } from '@perdure/testing';
import { expect, test } from 'vitest';
import { Guide } from './guide-session.ts';

test('what was in flight at a kill is done twice, what was recorded once', { timeout: 120_000 }, async () => {
  await using guide = await Guide.open('when-things-die.md', { swap: { '3_000': '1_500' } });
  const begun = (step: string) => () => {
    const witness = guide.path('marks.txt');
    return existsSync(witness) && readFileSync(witness, 'utf8').includes(step);
  };
  for (const command of ['mkdir', 'perdure init', 'perdure pipelines new']) await guide.run(command);
  guide.write('pipelines/marks.ts');

  await guide.start('perdure up');
  await guide.run('perdure status');
  const run = await guide.start('perdure run marks');
  await until(begun('step-3'), { withinMs: 20_000, what: 'step 3 begins' });
  await guide.run('kill -9');
  await guide.sees(run);
  await until(begun('step-6'), { withinMs: 20_000, what: 'step 6 begins' });
  await guide.run('kill -9');
  await guide.start('perdure up');
  await guide.sees(run);
  await guide.run('sort marks.txt');
  expect(guide.left).toEqual([]);
});
