/** Tasks of the hub as orders: taken once, of who may give them, and answered on the task. */

import type { FamilyMember, HubActivity, HubTask } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { lookAtTasks, type Settled } from '../../src/fleet/task-orders.ts';
import { createFleetWorld } from './fleet-world.ts';
import { hostName } from './small-host.ts';

async function createTaskWorld() {
  const world = await createFleetWorld();
  const { asOwner, family, lead, owner, fleet: words, harness } = world;
  const host = { name: hostName, os: 'linux', arch: 'x64' };
  await asOwner('PATCH', `/api/v1/families/${family.id}`, { json: { host } });
  const { smallHost, options } = harness;
  const { store } = smallHost.deps;
  const deps = { hub: options.hub, tasks: options.hubTasks, owner, fleet: options.fleet, store, words };
  /** As a server does it that has just been started. */
  const look = async (settled: Settled = new Map()) => await lookAtTasks(deps, settled);
  const notesOf = ({ principalId, handle, displayName }: FamilyMember, more: object = {}) =>
    JSON.stringify({
      principalId,
      handle,
      displayName,
      sesameApiKey: 'sk_sesame_x',
      llmProvider: 'anthropic',
      llmApiKey: 'sk-ant-very-secret',
      ocHomeDir: `~/.openclaw-${handle}`,
      familyId: family.id,
      familyName: family.name,
      ...more,
    });
  const ask = async (title: string, notes: string, by: typeof lead.json = lead.json) =>
    (await by('POST', '/api/v1/tasks', { json: { title, context: { notes } } })).body.data as HubTask;
  const told = async ({ id }: HubTask) =>
    ((await asOwner('GET', `/api/v1/tasks/${id}/activity`)).body.data as HubActivity[]).filter(
      ({ type }) => type !== 'status_change',
    );
  const statusOf = async ({ id }: HubTask) =>
    ((await asOwner('GET', `/api/v1/tasks/${id}`)).body.data as HubTask).status;
  /** In the family, and with no task of its own. */
  const member = async (handle: string) => {
    await asOwner('PATCH', `/api/v1/families/${family.id}`, { json: { leadId: null } });
    const made = await world.make(handle);
    await asOwner('PATCH', `/api/v1/families/${family.id}`, { json: { leadId: lead.principal.id } });
    return made;
  };
  return { ...world, ...smallHost, store, look, notesOf, ask, told, statusOf, member };
}

describe('a task to provision', () => {
  test('of the lead begins one run, by what its notes say, however often it is looked at', async () => {
    const { member, ask, notesOf, look, store, told, harness } = await createTaskWorld();
    const scout = await member('scout');
    const task = await ask('Provision agent: Scout', notesOf(scout, { gatewayPort: 19_500 }));
    expect(await look()).toEqual([]);
    await look();
    const gateway = await store.get(scout.principalId);
    expect(gateway).toMatchObject({
      taskId: task.id,
      port: 19_500,
      model: 'anthropic/claude-opus-4-6',
      credential: { kind: 'vault' },
      home: '/home/ada/.openclaw-scout',
    });
    expect(await told(task)).toEqual([]);
    const runs = harness.database.sqlite.prepare('SELECT * FROM runs').all();
    expect(runs).toHaveLength(1);
    expect(JSON.stringify([runs, gateway])).not.toContain('sk-ant-very-secret');
  });

  test('goes to who leads next, and what is not an order of that family stays', async () => {
    const { member, notesOf, asOwner, family, lead, other } = await createTaskWorld();
    const scout = await member('scout');
    const assigneeId = lead.principal.id;
    const make = async (title: string, notes: string) =>
      (await asOwner('POST', '/api/v1/tasks', { json: { title, assigneeId, context: { notes } } })).body
        .data as HubTask;
    const order = await make('Provision agent: Scout', notesOf(scout));
    const elsewhere = await make('Provision agent: Scout', notesOf(scout, { familyId: 'another' }));
    const errand = await make('Buy milk', 'at once');
    const closed = await make('Provision agent: Scout', notesOf(scout));
    await asOwner('PATCH', `/api/v1/tasks/${closed.id}`, { json: { status: 'done' } });
    const whose = async () =>
      await Promise.all(
        [order, elsewhere, errand, closed].map(
          async ({ id }) => ((await asOwner('GET', `/api/v1/tasks/${id}`)).body.data as HubTask).assigneeId,
        ),
      );
    const next = other.principal.id;
    await asOwner('PATCH', `/api/v1/families/${family.id}`, { json: { leadId: next } });
    expect(await whose()).toEqual([next, assigneeId, assigneeId, assigneeId]);
    await asOwner('PATCH', `/api/v1/families/${family.id}`, { json: { leadId: null } });
    expect((await whose())[0]).toBeUndefined();
  });

  test('with notes that cannot be used is told all that is wrong, once, and stays open', async () => {
    const { ask, look, told, statusOf, owner } = await createTaskWorld();
    const task = await ask('Provision agent: nobody', JSON.stringify({ handle: 'Bad Handle!', llmProvider: 'abacus' }));
    const settled: Settled = new Map();
    await look(settled);
    await look(settled);
    await look();
    const [blocker, ...more] = await told(task);
    expect(more).toEqual([]);
    expect(blocker).toMatchObject({ type: 'blocker', authorId: owner.id });
    for (const field of ['principalId', 'handle', 'displayName', 'llmProvider', 'familyId', 'familyName']) {
      expect(blocker?.message).toContain(`${field}: `);
    }
    expect(await statusOf(task)).toBe('todo');
  });

  test('of somebody who does not lead the family does nothing, not even a word', async () => {
    const { member, ask, notesOf, look, store, told, outsider, human } = await createTaskWorld();
    const scout = await member('scout');
    const tasks = [
      await ask('Provision agent: Scout', notesOf(scout), outsider.json),
      await ask('Provision agent: Scout', notesOf(scout), human.json),
      await ask('Provision agent: Scout', 'no notes at all', outsider.json),
    ];
    expect(await look()).toEqual([]);
    expect(await store.get(scout.principalId)).toBeUndefined();
    for (const task of tasks) expect(await told(task)).toEqual([]);
  });

  test('for a family of another host is left to whoever is there', async () => {
    const { member, ask, notesOf, look, store, told, asOwner, family } = await createTaskWorld();
    const scout = await member('scout');
    const host = { name: 'elsewhere', os: 'linux', arch: 'x64' };
    await asOwner('PATCH', `/api/v1/families/${family.id}`, { json: { host } });
    const task = await ask('Provision agent: Scout', notesOf(scout));
    await look();
    expect([await store.get(scout.principalId), await told(task)]).toEqual([undefined, []]);
  });

  test('names somebody who is not in the family, or is called otherwise, and is told so', async () => {
    const { member, ask, notesOf, look, told } = await createTaskWorld();
    const scout = await member('scout');
    const stranger = await ask('Provision agent: X', notesOf({ ...scout, principalId: 'nobody' }));
    const misnamed = await ask('Provision agent: X', notesOf({ ...scout, handle: 'other-name' }));
    await look();
    expect((await told(stranger)).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^principalId: nobody is not a member/),
    ]);
    expect((await told(misnamed)).map(({ message }) => message)).toEqual([
      `handle: ${scout.principalId} is called scout`,
    ]);
  });

  test('is told what is in the way on this host, and is not tried again by itself after it failed', async () => {
    const { member, ask, notesOf, look, told, store, host, harness } = await createTaskWorld();
    const scout = await member('scout');
    const { facts } = host;
    host.facts = { ...facts, freeMemoryBytes: 1 };
    const task = await ask('Provision agent: Scout', notesOf(scout));
    await look();
    expect((await told(task)).map(({ message }) => message)).toEqual([
      expect.stringMatching(/memory: a gateway takes about/),
    ]);
    host.facts = facts;
    await look();
    await store.move(scout.principalId, { action: 'fail', now: 1 });
    await look();
    expect((await store.get(scout.principalId))?.status).toBe('failed');
    expect(harness.database.sqlite.prepare('SELECT * FROM runs').all()).toHaveLength(1);
  });

  test('for one that is there already says so, and is done', async () => {
    const { member, ask, notesOf, look, told, store, statusOf } = await createTaskWorld();
    const scout = await member('scout');
    await ask('Provision agent: Scout', notesOf(scout));
    await look();
    await store.move(scout.principalId, { action: 'complete', now: 1 });
    const second = await ask('Provision agent: Scout', notesOf(scout));
    await look();
    expect((await told(second)).map(({ message }) => message)).toEqual([
      'scout is provisioned already; nothing was changed.',
    ]);
    expect(await statusOf(second)).toBe('done');
  });

  test('that is made with a member by the API is the order that comes with it, and no other by what its notes leave out', async () => {
    const { asOwner, members, store, look } = await createTaskWorld();
    const json = { handle: 'sam', model: 'demo/chat', credential: 'unneeded' };
    const made = (await asOwner('POST', members, { json })).body.data as FamilyMember;
    await look();
    const task = (await store.get(made.principalId))?.taskId;
    expect(task).toBeDefined();
    expect(await store.get(made.principalId)).toMatchObject({ model: 'demo/chat', credential: { kind: 'unneeded' } });
  });
});

/** A member whose gateway runs. */
async function ready(world: Awaited<ReturnType<typeof createTaskWorld>>): Promise<FamilyMember> {
  const { member, ask, notesOf, look, store, states } = { ...world, states: world.host.states };
  const scout = await member('scout');
  await ask('Provision agent: Scout', notesOf(scout));
  await look();
  await store.move(scout.principalId, { action: 'complete', now: 1 });
  states.set('scout', { kind: 'running', process: { pid: 1, startedAt: '1' }, restarts: 0 });
  return scout;
}

describe('a task to operate', () => {
  test('of the lead stops and starts its gateway, and is done when that is so', async () => {
    const world = await createTaskWorld();
    const { ask, look, operator, host, told, statusOf } = world;
    await ready(world);
    const stop = await ask('Stop agent: @scout', '');
    await look();
    await operator.settled();
    await look();
    expect([host.states.get('scout')?.kind, await statusOf(stop)]).toEqual(['stopped', 'done']);
    expect((await told(stop)).map(({ message }) => message)).toEqual(['scout is stopped.']);
    const start = await ask('start agent: scout', '');
    await look();
    await operator.settled();
    await look();
    expect([host.states.get('scout')?.kind, await statusOf(start)]).toEqual(['running', 'done']);
  });

  test('of a stranger does nothing, and a handle that nobody has is told to the owner alone', async () => {
    const world = await createTaskWorld();
    const { ask, look, host, told, outsider, asOwner } = world;
    await ready(world);
    const strange = await ask('Deprovision agent: scout', '', outsider.json);
    const unknown = await ask('Stop agent: nobody', '', asOwner);
    const unknownToo = await ask('Stop agent: nobody', '');
    await look();
    expect(host.states.get('scout')?.kind).toBe('running');
    expect([await told(strange), await told(unknownToo)]).toEqual([[], []]);
    expect((await told(unknown)).map(({ type }) => type)).toEqual(['blocker']);
  });

  test('that was done is no order again where who has it to do opens it again, and is one where who gave it does', async () => {
    const world = await createTaskWorld();
    const { look, operator, host, asOwner, other, statusOf } = world;
    await ready(world);
    const json = { title: 'Stop agent: scout', assigneeId: other.principal.id };
    const task = (await asOwner('POST', '/api/v1/tasks', { json })).body.data as HubTask;
    const say = async (status: string, by: typeof asOwner) =>
      (await by('PATCH', `/api/v1/tasks/${task.id}`, { json: { status } })).status;
    const carriedOut = async () => {
      host.states.set('scout', { kind: 'running', process: { pid: 1, startedAt: '1' }, restarts: 0 });
      // As a server does that was started anew: it remembers nothing.
      await look();
      await operator.settled();
      await look();
      return [host.states.get('scout')?.kind, await statusOf(task)];
    };
    expect(await carriedOut()).toEqual(['stopped', 'done']);
    expect([await say('in_progress', other.json), await say('todo', other.json)]).toEqual([200, 200]);
    expect(await carriedOut()).toEqual(['running', 'todo']);
    expect([await say('cancelled', asOwner), await say('todo', asOwner)]).toEqual([200, 200]);
    expect(await carriedOut()).toEqual(['stopped', 'done']);
  });

  test('is carried out, and not only said to be, though who has it to do says that it is at work', async () => {
    const world = await createTaskWorld();
    const { look, asOwner, other, told, statusOf } = world;
    await ready(world);
    const make = async (title: string, status?: string) => {
      const json = { title, assigneeId: other.principal.id, ...(status && { status }) };
      return (await asOwner('POST', '/api/v1/tasks', { json })).body.data as HubTask;
    };
    const task = await make('Backup agent: scout');
    const later = await make('Deprovision agent: scout', 'blocked');
    for (const { id } of [task, later]) {
      await other.json('PATCH', `/api/v1/tasks/${id}`, { json: { status: 'in_progress' } });
    }
    await look();
    expect((await told(task)).map(({ message }) => message)).toEqual([
      'A copy of scout is in /archives/scout.tar.gz; it holds keys.',
    ]);
    // What who gave it has put off stays so.
    expect([(await world.store.list({ withRemoved: true }))[0]?.status, await statusOf(later)]).toEqual([
      'ready',
      'in_progress',
    ]);
  });

  test('to deprovision is done when the gateway is removed, and not before', async () => {
    const world = await createTaskWorld();
    const { ask, look, store, statusOf } = world;
    const scout = await ready(world);
    const task = await ask('Deprovision agent: scout', '');
    await look();
    expect([(await store.get(scout.principalId))?.status, await statusOf(task)]).toEqual(['removing', 'in_progress']);
    await store.move(scout.principalId, { action: 'finish', now: 1 });
    await look();
    expect(await statusOf(task)).toBe('done');
  });
});

test('a task to upgrade moves the one that it names, and is done when that has the release', async () => {
  const { member, ask, look, store, told, statusOf, host, asOwner, family } = await createTaskWorld();
  const scout = await member('scout');
  const path = `/api/v1/families/${family.id}/members/${scout.principalId}/gateway`;
  await asOwner('POST', `${path}/provision`, { json: { model: 'demo/chat', credential: 'unneeded' } });
  await store.move(scout.principalId, { action: 'complete', now: 1 });
  host.facts = { ...host.facts, openclaw: { path: '/n/openclaw', version: '2026.10.1' } };
  await store.note(scout.principalId, { facts: { problem: 'It was not well the last time.' }, now: 1 });
  const task = await ask('Upgrade agent: scout', '');
  expect(await look()).toEqual([]);
  await look();
  const changing = await store.get(scout.principalId);
  expect(changing).toMatchObject({ status: 'changing', taskId: task.id, change: { kind: 'program' } });
  expect(await statusOf(task)).toBe('in_progress');
  // As its run leaves it.
  const facts = { program: { node: '/n', entry: '/o/o.js', version: '2026.10.1' } };
  await store.move(scout.principalId, { action: 'keep', facts, now: 2 });
  await look();
  expect(await statusOf(task)).toBe('done');
  expect((await told(task)).map(({ message }) => message)).toEqual(['scout has OpenClaw 2026.10.1.']);
});

describe('a task with a handle alone', () => {
  test('to back up is answered with where the copy lies, and one to refresh with that it is done', async () => {
    const world = await createTaskWorld();
    const { ask, look, told, statusOf } = world;
    await ready(world);
    const tasks = [await ask('Backup agent: scout', ''), await ask('Refresh agent: scout', '')];
    expect(await look()).toEqual([]);
    await look();
    expect(await Promise.all(tasks.map(async (task) => [await statusOf(task), (await told(task)).length]))).toEqual([
      ['done', 1],
      ['done', 1],
    ]);
    const [copied] = await told(tasks[0] as HubTask);
    expect(copied?.message).toBe('A copy of scout is in /archives/scout.tar.gz; it holds keys.');
  });

  test('to repair is done when the run is over, or at once where nothing differs', async () => {
    const world = await createTaskWorld();
    const { ask, look, told, statusOf, host, store } = world;
    const scout = await ready(world);
    await store.note(scout.principalId, { facts: { problem: 'an old one' }, now: 1 });
    host.differences = [{ at: 'extensions/sesame', found: 'missing', becomes: 'made anew' }];
    const task = await ask('Repair agent: scout', '');
    await look();
    expect([(await store.get(scout.principalId))?.taskId, await statusOf(task)]).toEqual([task.id, 'in_progress']);
    await store.move(scout.principalId, { action: 'keep', facts: { problem: null }, now: 1 });
    await look();
    expect([await statusOf(task), (await told(task)).map(({ message }) => message)]).toEqual([
      'done',
      ['scout is as it is to be.'],
    ]);
    host.differences = [];
    const again = await ask('Repair agent: scout', '');
    await look();
    expect(await statusOf(again)).toBe('done');
  });

  test('to restore brings back who was deprovisioned, and tells why it cannot', async () => {
    const world = await createTaskWorld();
    const { ask, look, told, statusOf, store, removed } = world;
    const scout = await ready(world);
    const early = await ask('Restore agent: scout', '');
    await look();
    expect((await told(early)).map(({ type, message }) => [type, message.slice(0, 15)])).toEqual([
      ['blocker', 'scout is there:'],
    ]);
    await store.move(scout.principalId, { action: 'fail', now: 1 });
    await store.move(scout.principalId, { action: 'provision', now: 1 });
    const { credential } = (await store.get(scout.principalId)) ?? {};
    const vaultId = credential?.kind === 'vault' ? (credential.reference.split('/')[0] ?? '') : '';
    await store.note(scout.principalId, { facts: { vaultId }, now: 1 });
    await removed(scout.principalId);
    const task = await ask('Restore agent: scout', '');
    await look();
    expect(await store.get(scout.principalId)).toMatchObject({ status: 'provisioning', taskId: task.id });
    await store.move(scout.principalId, { action: 'complete', now: 1 });
    await look();
    expect(await statusOf(task)).toBe('done');
  });
});
