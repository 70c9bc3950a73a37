/** What was managed, where its rows cannot be written. */

import { join } from 'node:path';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { createHubStore } from '../../src/store/hub-store.ts';

test('H3: nothing is managed where it cannot be written down, and what is said still is', async () => {
  const database = await openDatabase({ path: join(tempFolder(), 'perdure.db') });
  onTestFinished(() => database.close());
  const store = createHubStore(database, createGroupCommit(database));
  const owner = await store.principals.ensureOwner({ id: 'owner', workspaceId: 'w', now: 1 });
  const group = { id: 'c', kind: 'group', name: 'Plans', memberIds: [], now: 1 } as const;
  await store.channels.create(owner, group);
  const scout = { id: 's', kind: 'agent', handle: 'scout', displayName: 'Scout', now: 2 } as const;
  const key = { id: 'k', principalId: owner.id, label: 'k', hint: 'sk', hash: 'a'.repeat(64), now: 2 };
  await store.keys.create(owner, key);
  database.sqlite.exec(
    `CREATE TRIGGER full BEFORE INSERT ON hub_audit BEGIN SELECT raise(ABORT, 'there is no room'); END`,
  );

  const managing = [
    () => store.principals.create(owner, scout),
    () => store.principals.rename(owner, { principalId: owner.id, displayName: 'Boss', now: 3 }),
    () => store.keys.create(owner, { ...key, id: 'k2', hash: 'b'.repeat(64) }),
    () => store.keys.revoke(owner, { keyId: 'k', now: 3 }),
    () => store.channels.create(owner, { ...group, id: 'd' }),
    () => store.channels.removeMember(owner, { channelId: 'c', principalId: owner.id, now: 3 }),
  ];
  for (const manage of managing) await expect(manage()).rejects.toThrow('there is no room');
  expect((await store.principals.list({ limit: 10 })).data).toEqual([owner]);
  expect(await store.keys.list(owner.id)).toMatchObject([{ id: 'k' }]);
  expect((await store.keys.list(owner.id))[0]?.revokedAt).toBeUndefined();
  expect((await store.channels.list(owner, { limit: 10, isAll: true })).data).toHaveLength(1);
  const said = { channelId: 'c', id: 'm', content: 'hello', kind: 'text', intent: 'chat', now: 4 } as const;
  const sent = await store.messages.send(owner, {
    ...said,
    replyTo: undefined,
    clientKey: undefined,
    attachmentIds: [],
  });
  expect(sent.kind).toBe('sent');
});
