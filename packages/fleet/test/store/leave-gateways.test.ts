import { join } from 'node:path';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { newGateway } from '../../src/store/conformance.ts';
import { createFleetStore, leaveGateways } from '../../src/store/index.ts';

test('a copied record forgets the gateways of the original, and keeps what has nothing but an archive', async () => {
  const database = await openDatabase({ path: join(tempFolder(), 'perdure.db') });
  onTestFinished(() => database.close());
  const store = createFleetStore(database, createGroupCommit(database));
  await store.open(newGateway({ handle: 'scout' }), 'provision');
  await store.open(newGateway({ handle: 'gone', port: 19_910 }), 'provision');
  await store.open(newGateway({ handle: 'ada', port: 20_910 }), 'adopt');
  for (const action of ['complete', 'remove', 'finish'] as const) await store.move('p-gone', { action, now: 20 });
  expect(leaveGateways(database)).toEqual(['ada', 'scout']);
  expect((await store.list({ withRemoved: true })).map(({ handle, status }) => ({ handle, status }))).toEqual([
    { handle: 'gone', status: 'removed' },
  ]);
  expect(leaveGateways(database)).toEqual([]);
});
