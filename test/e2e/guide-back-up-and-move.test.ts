/** `docs/guides/back-up-and-move.md` tells the truth. */

import { expect, test } from 'vitest';
import { Guide } from './guide-session.ts';

test('a run goes on from a copied folder and from a backup, once somebody says so', { timeout: 300_000 }, async () => {
  await using guide = await Guide.open('back-up-and-move.md');
  for (const command of ['mkdir', 'perdure init']) await guide.run(command);
  guide.write('pipelines/mark.ts');

  const original = await guide.start('perdure up');
  await guide.run('perdure run mark');
  await guide.look('perdure waits');
  await guide.run('perdure backup');
  await guide.run('perdure down');
  expect(await original.ended(20_000)).toBe(0);
  await guide.run('cp -a');
  await guide.run('perdure status', { exitCode: 10 });

  const copy = await guide.start('perdure up --as-copy');
  await guide.run('perdure runs list');
  await guide.run('perdure runs resume --held');
  await guide.run('perdure runs answer');
  await guide.run('perdure down');
  expect(await copy.ended(20_000)).toBe(0);

  await guide.run('perdure restore');
  const restored = await guide.start('perdure up');
  await guide.run('perdure runs resume --held');
  expect(guide.left).toEqual([]);
  restored.kill();
});
