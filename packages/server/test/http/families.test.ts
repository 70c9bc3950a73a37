/** Families over HTTP, as a lead provisions its siblings with its own key. */

import type { Channel, Family, FamilyHealth, FamilyMember, HubTask, Manifest, Wake } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { createHubWorld, type HubWorld } from './hub-world.ts';

type Made = FamilyMember & { readonly key: string };

async function createFamilyWorld() {
  const world = await createHubWorld();
  const { owner, lead } = world;
  const host = { name: 'box', os: 'linux', arch: 'x64' };
  const json = { name: 'Main', leadId: lead.principal.id, host, resources: [{ name: 'wiki', value: 'http://wiki' }] };
  const family = (await owner('POST', '/api/v1/families', { json })).body.data as Family;
  const path = `/api/v1/families/${family.id}`;
  const make = async (handle: string, more: object = {}) =>
    (await lead.json('POST', `${path}/members`, { json: { handle, ...more } })).body.data as Made;
  const say = async (by: HubWorld['lead'], { principalId }: FamilyMember, json: object) =>
    await by.json('PATCH', `${path}/members/${principalId}`, { json });
  return { ...world, family, path, make, say };
}

describe('a family', () => {
  test('is shown with its lead, host and resources, and keeps what a change does not name', async () => {
    const { family, path, lead, human, outsider } = await createFamilyWorld();
    const { id, handle, displayName } = lead.principal;
    expect(family).toMatchObject({ name: 'Main', lead: { id, handle, displayName }, host: { os: 'linux' } });
    const json = {
      conventions: 'Be kind.',
      resources: [{ name: 'nas', value: '/mnt' }],
      host: null,
      leadId: undefined,
    };
    expect((await lead.json('PATCH', path, { json })).body.data).toMatchObject({
      conventions: 'Be kind.',
      host: family.host,
      resources: [
        { name: 'nas', value: '/mnt' },
        { name: 'wiki', value: 'http://wiki' },
      ],
    });
    expect((await human.json('GET', path)).body.data).toMatchObject({ conventions: 'Be kind.' });
    expect((await outsider.json('GET', path)).status).toBe(404);
    const odd = { json: { host: { name: 'x', os: 'windows', arch: 'x64' } } };
    expect((await lead.json('PATCH', path, odd)).status).toBe(400);
  });

  test('takes a lead away from whom the owner says, at once', async () => {
    const { path, lead, owner } = await createFamilyWorld();
    expect((await lead.json('GET', path)).status).toBe(200);
    const { body } = await owner('PATCH', path, { json: { leadId: null } });
    expect(body.data).not.toHaveProperty('lead');
    expect((await lead.json('GET', path)).status).toBe(404);
  });
});

describe('a member', () => {
  test('is let in by the key that is shown once, and meets its lead and its person', async () => {
    const { make, harness, path, lead } = await createFamilyWorld();
    const more = { displayName: 'Sam', personalitySeed: 'kind', llmProvider: 'anthropic', gatewayPort: 18_910 };
    const sam = await make('sam', { ...more, ocHomeDir: '~/.openclaw-sam', clientGeneratedId: 'one' });
    expect(sam).toMatchObject({ handle: 'sam', status: 'pending', isConnected: false, gatewayPort: 18_910 });
    expect(sam.metadata).toEqual({ personalitySeed: 'kind', llmProvider: 'anthropic' });
    const headers = { authorization: `Bearer ${sam.key}` };
    const me = await harness.json('GET', '/api/v1/auth/me', { headers });
    expect(me.body.data).toMatchObject({ id: sam.principalId, handle: 'sam', displayName: 'Sam' });
    for (const [channelId, kind, name] of [
      [sam.dmChannelId, 'dm', 'Owner'],
      [sam.onboardingChannelId, 'group', 'Onboarding Sam'],
    ]) {
      const channel = await harness.json('GET', `/api/v1/channels/${channelId}`, { headers });
      expect(channel.body.data).toMatchObject({ kind, name });
    }
    const again = await lead.json('POST', `${path}/members`, { json: { handle: 'sam', clientGeneratedId: 'one' } });
    expect([again.status, again.body.data]).toEqual([200, { ...sam, key: undefined }]);
    const welcome = { json: { content: 'Welcome, it’s "you" 🎉\n— at last', intent: 'chat' } };
    expect((await lead.json('POST', `/api/v1/channels/${sam.onboardingChannelId}/messages`, welcome)).status).toBe(201);
    const rows = harness.database.sqlite.prepare('SELECT * FROM api_keys').all();
    expect(JSON.stringify(rows)).not.toContain(sam.key.slice(17));
  });

  test('46: is online, in error or deprovisioned as its lead says, and people see it', async () => {
    const { make, say, lead, human, outsider, agent, path } = await createFamilyWorld();
    const sam = await make('sam');
    for (const status of ['provisioning', 'online', 'error', 'deprovisioned']) {
      expect([(await say(lead, sam, { status })).status, status]).toEqual([200, status]);
      expect((await human.json('GET', `${path}/members`)).body.data).toMatchObject([{ handle: 'sam', status }]);
    }
    for (const by of [outsider, agent]) expect((await say(by, sam, { status: 'online' })).status).toBe(403);
    expect((await say(lead, sam, { status: 'sleeping' })).status).toBe(400);
    expect((await say(lead, sam, { status: 'online' })).status).toBe(409);
  });

  test('H5: that is deprovisioned is let in no more', async () => {
    const { make, say, lead, harness, owner } = await createFamilyWorld();
    const sam = await make('sam');
    const ask = async () =>
      (await harness.request('GET', '/api/v1/auth/me', { headers: { authorization: `Bearer ${sam.key}` } })).status;
    expect(await ask()).toBe(200);
    await say(lead, sam, { status: 'deprovisioned' });
    expect(await ask()).toBe(401);
    expect((await owner('POST', `/api/v1/principals/${sam.principalId}/keys`, { json: {} })).status).toBe(409);
  });

  test('H4: has its keys read and taken back by its lead, who is nothing to others', async () => {
    const { make, lead, other, agent, owner, path } = await createFamilyWorld();
    const sam = await make('sam');
    const keys = (await lead.json('GET', `/api/v1/principals/${sam.principalId}/keys`)).body.data as { id: string }[];
    expect(keys).toHaveLength(1);
    expect((await lead.json('POST', `/api/v1/keys/${keys[0]?.id}/revoke`)).status).toBe(200);
    for (const { principal, keyId } of [other, agent]) {
      expect((await lead.json('GET', `/api/v1/principals/${principal.id}`)).status).toBe(403);
      expect((await lead.json('POST', `/api/v1/keys/${keyId}/revoke`)).status).toBe(403);
    }
    expect((await lead.json('GET', '/api/v1/principals')).status).toBe(403);
    const adopted = { json: { principalId: other.principal.id } };
    expect((await lead.json('POST', `${path}/members`, adopted)).status).toBe(403);
    const taken = await owner('POST', `${path}/members`, adopted);
    expect([taken.status, Object.hasOwn(taken.body.data as object, 'key')]).toEqual([201, false]);
  });

  test.each([
    ['a metadata that is too large', { metadata: { big: 'x'.repeat(20_000) } }],
    ['half a character', { displayName: '\ud800' }],
    ['a handle that is none', { handle: '../etc' }],
    ['a port that is none', { gatewayPort: 70_000 }],
    ['an empty key of the client', { clientGeneratedId: '' }],
    ['a list for a body', []],
  ])('is refused with %s, and nothing is made', async (_what, json) => {
    const { lead, path, human } = await createFamilyWorld();
    const body = Array.isArray(json) ? json : { handle: 'sam', ...json };
    expect((await lead.json('POST', `${path}/members`, { json: body })).status).toBe(400);
    expect((await human.json('GET', `${path}/members`)).body.data).toEqual([]);
  });
});

test('59: one sibling that is down shows in the snapshot, and the reporter does not fail', async () => {
  const { make, lead, human, path } = await createFamilyWorld();
  const [sam, tom] = [await make('sam'), await make('tom')];
  const members = [
    {
      principalId: sam.principalId,
      handle: 'sam',
      port: 18_910,
      gateway: 'up',
      httpStatus: 200,
      latencyMs: 4,
      sesame: 'connected',
    },
    {
      principalId: tom.principalId,
      handle: 'tom',
      port: 19_030,
      gateway: 'down',
      httpStatus: null,
      latencyMs: null,
      sesame: 'unknown',
    },
    { handle: 'nobody', gateway: 'down' },
  ];
  const json = { takenAt: '2026-11-29T12:00:00+01:00', host: 'box', members };
  const reported = await lead.json('POST', `${path}/health`, { json });
  expect(reported.status).toBe(201);
  const { data } = (await human.json('GET', `${path}/health?limit=1`)).body as unknown as { data: FamilyHealth[] };
  expect(data).toEqual([reported.body.data]);
  expect(data[0]).toMatchObject({ seq: 1, takenAt: '2026-11-29T11:00:00.000Z', host: 'box' });
  expect(data[0]?.members).toMatchObject([
    { handle: 'sam', gateway: 'up', socket: 'away' },
    { handle: 'tom', gateway: 'down', sesame: 'unknown' },
  ]);
  for (const odd of [
    {},
    { members: [{ gateway: 'maybe' }] },
    { members: [], takenAt: 'soon' },
    { members: [], takenAt: '9999-12-31T23:59:59-23:59' },
  ]) {
    expect((await lead.json('POST', `${path}/health`, { json: odd })).status).toBe(400);
  }
});

test('wake and manifest tell who one is, where, and what is unread, and mark nothing as read', async () => {
  const { agent, human, lead, say, channel, family, make, owner } = {
    ...(await createFamilyWorld()),
  };
  const world = { agent, human, channel };
  for (let n = 0; n < 3; n += 1) {
    await human.json('POST', `/api/v1/channels/${channel.id}/messages`, { json: { content: `${n}` } });
  }
  for (let times = 0; times < 2; times += 1) {
    const { body } = await world.agent.json('GET', '/api/v1/agents/me/wake');
    const woken = body.data as Wake;
    expect(woken).toMatchObject({ unread: 3, workspaceId: agent.principal.workspaceId, families: [] });
    expect(woken.agent).toEqual({ id: agent.principal.id, handle: 'agent', displayName: 'The agent', kind: 'agent' });
    expect(woken.channels).toMatchObject([{ id: channel.id, name: 'Plans', lastSeq: 3, readSeq: 0, unread: 3 }]);
  }
  const posted = await agent.json('POST', '/api/v1/agents/me/wake', { json: {} });
  expect((posted.body.data as Wake).unread).toBe(3);
  const manifest = (await agent.json('GET', '/api/v1/agents/me/manifest')).body.data as Manifest;
  expect(manifest).toMatchObject({
    agent: { id: agent.principal.id },
    workspace: { id: agent.principal.workspaceId },
    capabilities: [],
  });
  expect(manifest.channels.map(({ id }: Channel) => id)).toEqual([channel.id]);
  const sam = await make('sam');
  await say(lead, sam, { status: 'online' });
  expect(((await lead.json('GET', '/api/v1/agents/me/wake')).body.data as Wake).families).toEqual([
    { id: family.id, name: 'Main', isLead: true },
  ]);
  expect((await owner('GET', '/api/v1/agents/me/wake')).status).toBe(200);
});

describe('the task of a lead', () => {
  test('has all that provisioning needs, and its keys are read by the lead alone', async () => {
    const { make, family, lead, owner, human, harness } = await createFamilyWorld();
    const made = await make('scout', {
      displayName: 'The "scout"',
      llmProvider: 'anthropic',
      llmApiKey: 'sk-ant-canary',
      model: 'anthropic/claude-opus-4-6',
      gatewayPort: 18_910,
      personalitySeed: 'Dry.',
    });
    const { body } = await lead.json('GET', '/api/v1/agents/me/wake');
    const [task] = (body.data as Wake).tasks;
    expect(task).toMatchObject({ title: 'Provision agent: The "scout"', status: 'todo' });
    const read = async (by: HubWorld['lead']['json']) =>
      (await by('GET', `/api/v1/tasks/${task?.id}`)).body.data as HubTask;
    const notes = JSON.parse((await read(lead.json)).context.notes) as object;
    expect(notes).toEqual({
      principalId: made.principalId,
      handle: 'scout',
      displayName: 'The "scout"',
      sesameApiKey: made.key,
      llmProvider: 'anthropic',
      llmApiKey: 'sk-ant-canary',
      inheritCredentials: false,
      model: 'anthropic/claude-opus-4-6',
      gatewayPort: 18_910,
      ocHomeDir: '~/.openclaw-scout',
      familyId: family.id,
      familyName: 'Main',
      provisionedBy: family.createdBy,
      dmChannelId: made.dmChannelId,
      onboardingChannelId: made.onboardingChannelId,
      personalitySeed: 'Dry.',
    });
    const seen = JSON.stringify([await read(owner), made, (await owner('GET', '/api/v1/tasks?all=true')).body]);
    expect(seen.replace(made.key, '')).not.toMatch(/canary|sk_sesame_[\w-]{20}/);
    expect((await human.json('GET', `/api/v1/tasks/${task?.id}`)).status).toBe(404);
    expect(JSON.stringify(harness.database.sqlite.prepare('SELECT * FROM hub_tasks').all())).not.toContain('canary');
  });

  test('is for a new member of a family with a lead, and there is one for each', async () => {
    const { make, path, owner, lead } = await createFamilyWorld();
    await make('scout', { clientGeneratedId: 'c' });
    await make('scout', { clientGeneratedId: 'c' });
    const tasksOf = async () => ((await lead.json('GET', '/api/v1/agents/me/wake')).body.data as Wake).tasks.length;
    expect(await tasksOf()).toBe(1);
    await owner('PATCH', path, { json: { leadId: null } });
    expect((await owner('POST', `${path}/members`, { json: { handle: 'ranger' } })).status).toBe(201);
    // Whoever leads no more has no order to give: it is still there, and nobody's.
    expect(await tasksOf()).toBe(0);
    const { data } = (await owner('GET', '/api/v1/tasks?all=true')).body as { readonly data: readonly HubTask[] };
    expect(data.map(({ title, assigneeId }) => [title, assigneeId])).toEqual([['Provision agent: scout', undefined]]);
  });
});
