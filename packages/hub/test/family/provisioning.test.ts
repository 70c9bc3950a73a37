/** The task by which a lead provisions a new member is made with it, or neither is. */

import { expect, it } from 'vitest';
import { openTaskWorld } from '../../src/store/tasks/conformance/world.ts';
import { openTaskSqlite } from '../tasks/task-sqlite.ts';

async function openFamily() {
  const world = await openTaskWorld(openTaskSqlite);
  const { hub, owner, agent, newId } = world;
  const familyId = newId();
  const made = { name: 'Main', leadId: agent.id, host: undefined, resources: [], conventions: '', now: 3 };
  await hub.families.create(owner, { ...made, id: familyId });
  const add = async (handle: string) => {
    const key = { id: newId(), hint: 'sk', hash: newId().padStart(64, '0') };
    const provisioning = {
      ids: { id: newId(), vaultId: newId(), itemId: newId() },
      apiKey: 'sk_sesame_of_the_member',
      llmApiKey: undefined,
    };
    const ids = { principalId: newId(), dmChannelId: newId(), onboardingChannelId: newId(), key, provisioning };
    const named = { displayName: undefined, adoptedId: undefined, clientKey: undefined };
    return await hub.families.addMember(agent, { familyId, handle, ...named, metadata: {}, ids, now: 5 });
  };
  const tasks = async () => (await world.tasks.list(agent, { assigneeId: agent.id, isAll: false, limit: 10 })).data;
  return { ...world, familyId, add, tasks };
}

it('the lead reads the key of the member in it', async () => {
  const { add, tasks, agent, notes } = await openFamily();
  expect(await add('ranger')).toMatchObject({ kind: 'added', isNew: true });
  const [stored] = await tasks();
  expect(stored?.task).toMatchObject({ title: 'Provision agent: ranger', assigneeId: agent.id });
  expect(stored?.task.notes).not.toContain('sk_sesame_of_the_member');
  expect(JSON.parse(await notes(agent, stored?.task.id ?? ''))).toMatchObject({
    sesameApiKey: 'sk_sesame_of_the_member',
  });
});

it('where its keys cannot be kept no member is made, nor anything of one', async () => {
  const { add, tasks, loseKey, hub, owner, familyId } = await openFamily();
  await add('ranger');
  const before = (await hub.audit.list({ limit: 1 })).data[0]?.seq;
  loseKey();
  expect(await add('scribe')).toMatchObject({ kind: 'refused', code: 'vault_sealed' });
  expect(await tasks()).toHaveLength(1);
  expect((await hub.families.members(familyId, { limit: 10 })).data).toHaveLength(1);
  expect((await hub.principals.list({ limit: 100 })).data.map(({ handle }) => handle)).not.toContain('scribe');
  expect((await hub.channels.list(owner, { limit: 100, isAll: true })).data).toHaveLength(2);
  expect((await hub.audit.list({ limit: 1 })).data[0]?.seq).toBe(before);
});
