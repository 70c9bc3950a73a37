import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { expect, onTestFinished, test } from 'vitest';
import { learntForMs, type Learnt } from '../../src/turn/learnt.ts';
import { createLearntDesk, createLearntStore } from '../../src/store/index.ts';

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-learnt-'));
  const database = await openDatabase({ path: join(folder, 'perdure.db') });
  onTestFinished(async () => {
    database.close();
    await rm(folder, { recursive: true });
  });
  const time = { now: 1_000_000_000_000 };
  const deps = { database, group: createGroupCommit(database), clock: () => time.now };
  return { time, database, store: createLearntStore(deps), desk: createLearntDesk(deps) };
}

const fact = (more: Partial<Learnt>): Learnt => ({
  model: 'groq/a',
  feature: 'response_format',
  schemaHash: 'a1',
  reason: 'unsupported',
  at: 1_000_000_000_000,
  ...more,
});

test('what was learnt is there for the next worker, once for each model, feature and schema', async () => {
  const { store } = await open();
  const facts = [
    fact({}),
    fact({ schemaHash: 'b2' }),
    fact({ feature: 'stream', schemaHash: '' }),
    fact({ model: 'x/b' }),
  ];
  for (const each of [...facts, fact({ reason: 'still' })]) await store.keep(each);
  expect(await store.load()).toEqual([fact({ reason: 'still' }), ...facts.slice(1)]);
});

test('a fact counts for a week and no longer, and goes with the next one', async () => {
  const { time, store, desk, database } = await open();
  await store.keep(fact({}));
  time.now += learntForMs - 1;
  expect(await store.load()).toHaveLength(1);
  time.now += 1;
  expect([await store.load(), desk.list()]).toEqual([[], []]);
  await store.keep(fact({ model: 'x/b', at: time.now }));
  expect(database.sqlite.prepare('SELECT model FROM model_learnt').all()).toMatchObject([{ model: 'x/b' }]);
});

test('of a model all is forgotten, and it is told how much that was', async () => {
  const { store, desk } = await open();
  for (const each of [fact({}), fact({ feature: 'stream' }), fact({ model: 'groq/ab' })]) await store.keep(each);
  expect(await desk.forget('groq/a')).toBe(2);
  expect(await desk.forget('groq/a')).toBe(0);
  expect(desk.list()).toMatchObject([{ model: 'groq/ab' }]);
});

test('what another version has learnt of a feature that we do not know is shown and not used', async () => {
  const { store, desk, database } = await open();
  await store.keep(fact({}));
  database.sqlite.prepare("UPDATE model_learnt SET feature = 'telepathy'").run();
  expect(await store.load()).toEqual([]);
  expect(desk.list()).toMatchObject([{ feature: 'telepathy', at: '2001-09-09T01:46:40.000Z' }]);
});
