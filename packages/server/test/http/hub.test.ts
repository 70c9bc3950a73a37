/** What clients in the wild rely on, a test for each rule. */

import { describe, expect, test } from 'vitest';
import { errorBodySchema, type Channel, type History, type Message } from '@perdure/contract';
import { createHubWorld, type HubWorld } from './hub-world.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const messagesPath = ({ channel }: HubWorld): string => `/api/v1/channels/${channel.id}/messages`;
const history = async (world: HubWorld, query = ''): Promise<History> =>
  (await world.agent.json('GET', `${messagesPath(world)}${query}`)).body as unknown as History;

describe('every call', () => {
  test('GET auth/me gives id, handle, displayName and workspaceId, none of them null', async () => {
    const { owner, agent } = await createHubWorld();
    const { status, body } = await agent.json('GET', '/api/v1/auth/me');
    expect(status).toBe(200);
    expect(body.data).toEqual(agent.principal);
    expect(agent.principal).toMatchObject({ handle: 'agent', displayName: 'The agent', kind: 'agent', isOwner: false });
    expect([agent.principal.id, agent.principal.workspaceId]).toEqual([
      expect.stringMatching(uuid),
      expect.stringMatching(uuid),
    ]);
    const me = (await owner('GET', '/api/v1/auth/me')).body.data;
    expect(me).toMatchObject({ handle: 'owner', isOwner: true, workspaceId: agent.principal.workspaceId });
  });

  test('Hermes sends Content-Type on GET, with no body: it is not parsed', async () => {
    const world = await createHubWorld();
    const headers = { 'content-type': 'application/json' };
    for (const path of ['/api/v1/auth/me', `/api/v1/channels/${world.channel.id}`, messagesPath(world)]) {
      expect((await world.agent.json('GET', path, { headers })).status).toBe(200);
    }
  });

  test('a success is an object of JSON in an envelope: never empty, an array, or another type', async () => {
    const world = await createHubWorld();
    const message = await world.say('hello');
    const at = `${messagesPath(world)}/${message.id}`;
    const answers = [
      await world.agent.json('GET', '/api/v1/channels'),
      await world.agent.json('PATCH', at, { json: { content: 'better' } }),
      await world.agent.json('POST', `${at}/reactions`, { json: { emoji: '👍' } }),
      await world.agent.json('DELETE', `${at}/reactions/${encodeURIComponent('👍')}`),
      await world.agent.json('DELETE', at),
      await world.agent.json('POST', `/api/v1/channels/${world.channel.id}/read`, { json: { seq: 1 } }),
      await world.agent.json('DELETE', `/api/v1/channels/${world.channel.id}/members/${world.agent.principal.id}`),
    ];
    for (const { status, headers, body } of answers) {
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(body).toHaveProperty('data');
    }
  });

  test('an error has a sentence as a string in `error`, whatever went wrong', async () => {
    const world = await createHubWorld();
    const { agent } = world;
    const path = messagesPath(world);
    const answers = [
      [404, await agent.json('GET', '/api/v1/agents/me/nothing')],
      [404, await agent.json('GET', '/api/v1/channels/none')],
      [405, await agent.json('PUT', path)],
      [400, await agent.json('POST', path, { json: { content: '' } })],
      [415, await agent.json('POST', path, { json: {}, headers: { 'content-type': 'text/plain' } })],
      [413, await agent.json('POST', path, { json: { content: 'x'.repeat(1_100_000) } })],
      [401, await agent.json('GET', '/api/v1/auth/me', { headers: { authorization: 'Bearer sk_sesame_wrong' } })],
    ] as const;
    for (const [status, answer] of answers) {
      expect([answer.status, errorBodySchema.parse(answer.body).error.length > 20]).toEqual([status, true]);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    }
  });

  test('parameters and members that are not known are passed over: clients are not ours', async () => {
    const world = await createHubWorld();
    expect((await world.agent.json('GET', '/api/v1/auth/me?include=all')).status).toBe(200);
    const said = {
      content: 'hi',
      threadRootId: null,
      clientGeneratedId: null,
      attachmentIds: [],
      mentions: [1],
      kind: null,
    };
    expect((await world.send(said)).status).toBe(201);
    const edited = { content: 'hi!', streaming: null, nonce: 1 };
    const { id } = await world.say('one');
    expect((await world.agent.json('PATCH', `${messagesPath(world)}/${id}`, { json: edited })).status).toBe(200);
  });
});

test('a route that is not here is told in the log once, without ids, so that a client of others shows what it needs', async () => {
  const { harness, agent, human } = await createHubWorld();
  const id = agent.principal.id;
  for (const path of [
    `/api/v1/agents/${id}/wake`,
    `/api/v1/agents/${human.principal.id}/wake`,
    `/api/v1/a%0Ab/${agent.key}?key=x`,
  ]) {
    expect((await agent.json('GET', path)).status).toBe(404);
  }
  expect(harness.logged).toEqual([
    'A client asked for GET /api/v1/agents/{id}/wake, which is not here.',
    'A client asked for GET /api/v1/a?b/{id}, which is not here.',
  ]);
  for (let n = 0; n < 200; n += 1) await agent.json('GET', `/api/v1/none-${n}`);
  expect(harness.logged).toHaveLength(100);
  expect((await harness.app.request('/api/v1/nothing', { headers: { host: '127.0.0.1' } })).status).toBe(401);
});

describe('keys', () => {
  test('a bad, a missing and a revoked key are answered 401 in the same words', async () => {
    const { harness, owner, agent } = await createHubWorld();
    await owner('POST', `/api/v1/keys/${agent.keyId}/revoke`);
    const tried = [`Bearer ${agent.key}`, `Bearer ${agent.key.slice(0, -1)}`, 'Bearer x', ''];
    const answers = await Promise.all(
      tried.map((authorization) => harness.json('GET', '/api/v1/auth/me', { headers: { authorization } })),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(new Set(answers.map(({ body }) => body.error)).size).toBe(1);
  });

  test('is shown once, has 256 bits behind its name, and is nowhere in the database', async () => {
    const { harness, owner, agent } = await createHubWorld();
    expect(agent.key).toMatch(/^sk_sesame_[A-Za-z0-9_-]{43}$/);
    const { body } = await owner('GET', `/api/v1/principals/${agent.principal.id}/keys`);
    expect(JSON.stringify(body)).not.toContain(agent.key);
    expect(body.data).toMatchObject([{ id: agent.keyId, hint: agent.key.slice(0, 16) }]);
    const rows = harness.database.sqlite.prepare('SELECT * FROM api_keys').all();
    expect(rows).toHaveLength(6);
    expect(JSON.stringify(rows)).not.toContain(agent.key.slice(17));
  });

  test('several of one principal open at once; one is taken back without the others; its last use is known', async () => {
    let now = 1_700_000_000_000;
    const { harness, owner, agent } = await createHubWorld({ clock: () => now });
    const path = `/api/v1/principals/${agent.principal.id}/keys`;
    const second = (await owner('POST', path, { json: { label: 'laptop' } })).body.data as { id: string; key: string };
    const status = async (key: string): Promise<number> =>
      (await harness.json('GET', '/api/v1/auth/me', { headers: { authorization: `Bearer ${key}` } })).status;
    now += 120_000;
    expect([await status(agent.key), await status(second.key)]).toEqual([200, 200]);
    const lastUse = new Date(now).toISOString();
    await expect
      .poll(async () => (await owner('GET', path)).body.data)
      .toMatchObject([
        { label: 'laptop', lastUsedAt: lastUse },
        { label: 'key', lastUsedAt: lastUse },
      ]);
    const revoked = await owner('POST', `/api/v1/keys/${agent.keyId}/revoke`);
    expect(revoked.body.data).toMatchObject({ revokedAt: lastUse });
    expect([await status(agent.key), await status(second.key)]).toEqual([401, 200]);
  });

  test('ten wrong ones a minute are told so, then told to wait ever longer; the right one is never kept waiting', async () => {
    let now = 1_700_000_000_000;
    const { harness, agent } = await createHubWorld({ clock: () => now });
    const wrong = async (more: Record<string, string> = {}) => {
      const headers = { authorization: `Bearer sk_sesame_${Math.trunc(now)}`, ...more };
      const { status, headers: answered } = await harness.json('GET', '/api/v1/auth/me', { headers });
      return [status, Number(answered.get('retry-after') ?? 0)] as const;
    };
    for (let n = 0; n < 10; n += 1) expect(await wrong()).toEqual([401, 0]);
    const waits: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      const [status, wait] = await wrong({ 'x-forwarded-for': `10.0.0.${n}`, forwarded: 'for=1.2.3.4' });
      expect(status).toBe(429);
      waits.push(wait);
      now += 1_000;
    }
    expect(waits[0]).toBe(60);
    expect(waits.at(-1)).toBeGreaterThan(200);
    expect((await agent.json('GET', '/api/v1/auth/me')).status).toBe(200);
    now += 3_600_000;
    expect(await wrong()).toEqual([401, 0]);
  });

  test('handles are short and lower case, and the owner alone gives them', async () => {
    const { owner, agent } = await createHubWorld();
    const make = async (json: object, by = owner) => (await by('POST', '/api/v1/principals', { json })).status;
    for (const handle of ['', 'A', '-a', 'a-', 'a_b', 'a'.repeat(41), 'ä', 'a\n', '../a'])
      expect([handle, await make({ kind: 'agent', handle })]).toEqual([handle, 400]);
    for (const handle of ['a', '7', 'a-b', 'a'.repeat(40)]) expect(await make({ kind: 'agent', handle })).toBe(201);
    expect(await make({ kind: 'agent', handle: 'agent' })).toBe(409);
    expect(await make({ kind: 'agent', handle: 'mine' }, agent.json)).toBe(403);
  });
});

describe('a channel', () => {
  test('has a name that is not null and a kind, also where it is a dm, which is called after the other one', async () => {
    const { agent, human, channel } = await createHubWorld();
    const made = await agent.json('POST', '/api/v1/channels', {
      json: { kind: 'dm', memberIds: [human.principal.id] },
    });
    const dm = made.body.data as Channel;
    expect([made.status, dm.kind, dm.name]).toEqual([201, 'dm', 'The human']);
    const again = await human.json('POST', '/api/v1/channels', {
      json: { kind: 'dm', memberIds: [agent.principal.id] },
    });
    expect([again.status, again.body.data]).toMatchObject([200, { id: dm.id, name: 'The agent' }]);
    expect((await agent.json('GET', `/api/v1/channels/${channel.id}`)).body.data).toMatchObject({
      kind: 'group',
      name: 'Plans',
    });
  });

  test('is asked for at each message: 200 calls in a row are not limited', async () => {
    const { agent, channel } = await createHubWorld();
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => (await agent.json('GET', `/api/v1/channels/${channel.id}`)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test('tells its members, and takes in who is named by who made it; once more is 409 Already a member', async () => {
    const { keeper, human, outsider, channel } = await createHubWorld();
    const path = `/api/v1/channels/${channel.id}/members`;
    const json = { principalId: outsider.principal.id };
    expect((await human.json('POST', path, { json })).status).toBe(403);
    expect((await keeper.json('POST', path, { json })).status).toBe(201);
    const again = await keeper.json('POST', path, { json });
    expect([again.status, again.body.error]).toEqual([409, expect.stringContaining('Already a member')]);
    const listed = (await outsider.json('GET', path)).body.data as { handle: string }[];
    expect(listed.map(({ handle }) => handle)).toEqual(['agent', 'human', 'keeper', 'other', 'outsider']);
  });
});

describe('a message', () => {
  test('of content, kind and intent is answered 201 with id and seq, and is as clients read it', async () => {
    const { agent, channel, send } = await createHubWorld();
    const { status, body } = await send({ content: 'hello', kind: 'text', intent: 'chat' });
    expect(status).toBe(201);
    expect(body.data).toEqual({
      id: expect.stringMatching(uuid),
      channelId: channel.id,
      senderId: agent.principal.id,
      seq: 1,
      kind: 'text',
      intent: 'chat',
      content: 'hello',
      plaintext: 'hello',
      streaming: false,
      createdAt: expect.stringMatching(/Z$/),
      metadata: { senderHandle: 'agent', senderDisplayName: 'The agent', senderKind: 'agent' },
    });
  });

  test('without a kind is text', async () => {
    const { send } = await createHubWorld();
    expect((await send({ content: 'hello', intent: 'chat' })).body.data).toMatchObject({ kind: 'text' });
  });

  test('has any intent: chat, notification, error and words of others', async () => {
    const { send } = await createHubWorld();
    for (const intent of ['chat', 'notification', 'error', 'something else']) {
      expect((await send({ content: 'hello', intent })).body.data).toMatchObject({ intent });
    }
  });

  test('that is sent twice under one clientGeneratedId, also 20 times at once, is one, without a gap', async () => {
    const world = await createHubWorld();
    const json = { content: 'hello', clientGeneratedId: 'hermes-0123456789abcdef0123456789abcdef' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.send(json)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => (body.data as Message).id)).size).toBe(1);
    const other = await world.send({ ...json, content: 'other words' });
    expect([other.status, other.body.data]).toMatchObject([200, { content: 'hello' }]);
    expect((await world.say('next')).seq).toBe(2);
  });

  test('that is blank is refused, and nothing is stored', async () => {
    const world = await createHubWorld();
    for (const content of ['', ' ', '\n\t ', undefined, null, 7]) {
      expect([content, (await world.send({ content })).status]).toEqual([content, 400]);
    }
    expect((await history(world)).data).toEqual([]);
  });

  test('has up to 10,000 characters, counted as code points and not as UTF-16 units', async () => {
    const world = await createHubWorld();
    expect((await world.send({ content: '👍'.repeat(10_000) })).status).toBe(201);
    const refused = await world.send({ content: 'x'.repeat(10_001) });
    expect([refused.status, refused.body.error]).toEqual([400, expect.stringContaining('10000')]);
  });

  test('is kept verbatim: apostrophes, quotes, emoji, newlines; half of a character is refused', async () => {
    const world = await createHubWorld();
    const content = `It's "here"\n👩‍🚀 \\ \u0000 é`;
    expect((await world.send({ content })).body.data).toMatchObject({ content, plaintext: content });
    expect((await world.send({ content: 'a\ud800b' })).status).toBe(400);
    expect((await history(world)).data.map((message) => message.content)).toEqual([content]);
  });

  test('that answers an answer belongs to the thread of both: threadRootId is normalised to its root', async () => {
    const { say, send } = await createHubWorld();
    const root = await say('root');
    const reply = (await send({ content: 'reply', threadRootId: root.id })).body.data as Message;
    const deep = (await send({ content: 'deep', threadRootId: reply.id })).body.data as Message;
    expect([root.threadRootId, reply.threadRootId, deep.threadRootId]).toEqual([undefined, root.id, root.id]);
    expect((await send({ content: 'lost', threadRootId: 'none' })).status).toBe(400);
  });

  test('to a channel that one is not in is refused, and nothing is stored', async () => {
    const world = await createHubWorld();
    expect((await world.send({ content: 'hello' }, world.outsider)).status).toBe(404);
    expect((await history(world)).data).toEqual([]);
  });

  test('names no files, for there are none: attachmentIds that are not empty are refused', async () => {
    const { send } = await createHubWorld();
    expect((await send({ content: 'see', kind: 'attachment', attachmentIds: ['file'] })).status).toBe(400);
  });

  test('sends beyond 20 a second and 60 at once are answered 429 with Retry-After, and one may go on then', async () => {
    let now = 1_700_000_000_000;
    const { send, human } = await createHubWorld({ clock: () => now });
    const statuses = [];
    for (let n = 0; n < 62; n += 1) statuses.push((await send({ content: `${n}` })).status);
    expect(statuses).toEqual([...Array.from({ length: 60 }, () => 201), 429, 429]);
    const refused = await send({ content: 'more' });
    expect([refused.status, refused.headers.get('retry-after'), refused.body.code]).toEqual([429, '1', 'rate_limited']);
    expect((await send({ content: 'mine' }, human)).status).toBe(201);
    now += 1_000;
    expect((await send({ content: 'on' })).status).toBe(201);
  });
});

describe('an edit', () => {
  test('with and without streaming is answered with the message, keeps its seq, and is the sender’s alone', async () => {
    const world = await createHubWorld();
    const { id, seq } = await world.say('first');
    const edit = async (json: object, by = world.agent) =>
      await by.json('PATCH', `${messagesPath(world)}/${id}`, { json });
    expect((await edit({ content: 'sec', streaming: true })).body.data).toMatchObject({ id, seq, streaming: true });
    expect((await edit({ content: 'second' })).body.data).toMatchObject({
      id,
      seq,
      streaming: false,
      content: 'second',
    });
    expect((await edit({ content: 'mine' }, world.human)).status).toBe(403);
    expect((await edit({ content: '  ' })).status).toBe(400);
  });

  test('that nobody finalises ends by itself: H1 never does', async () => {
    let now = 1_700_000_000_000;
    const world = await createHubWorld({ clock: () => now });
    const { id } = await world.say('first');
    await world.agent.json('PATCH', `${messagesPath(world)}/${id}`, { json: { content: 'sec', streaming: true } });
    expect((await history(world)).data[0]).toMatchObject({ streaming: true });
    now += 30_000;
    expect((await history(world)).data[0]).toMatchObject({ streaming: false, content: 'sec' });
  });
});

describe('history', () => {
  test('takes limit, direction and cursor as strings and gives an object, ascending by seq', async () => {
    const world = await createHubWorld();
    for (let n = 1; n <= 7; n += 1) await world.say(`${n}`);
    const seqs = async (query: string) => {
      const { data, pagination } = await history(world, query);
      return [data.map(({ seq }) => seq), pagination.hasMore, pagination.nextCursor];
    };
    expect(await seqs('')).toEqual([[1, 2, 3, 4, 5, 6, 7], false, 1]);
    expect(await seqs('?limit=50&direction=before&cursor=5')).toEqual([[1, 2, 3, 4], false, 1]);
    expect(await seqs('?limit=2&direction=before')).toEqual([[6, 7], true, 6]);
    expect(await seqs('?limit=2&direction=before&cursor=6')).toEqual([[4, 5], true, 4]);
    expect(await seqs('?limit=2&direction=after&cursor=5')).toEqual([[6, 7], false, 7]);
    expect(await seqs('?direction=after')).toEqual([[1, 2, 3, 4, 5, 6, 7], false, 7]);
    expect(await seqs('?direction=after&cursor=7')).toEqual([[], false, null]);
    expect(await seqs('?limit=100000')).toEqual([[1, 2, 3, 4, 5, 6, 7], false, 1]);
  });

  test('shows reactions, and what was deleted without its content', async () => {
    const world = await createHubWorld();
    const [one, two] = [await world.say('one'), await world.say('two')];
    await world.human.json('POST', `${messagesPath(world)}/${one.id}/reactions`, { json: { emoji: '👍' } });
    await world.agent.json('DELETE', `${messagesPath(world)}/${two.id}`);
    expect((await history(world)).data).toMatchObject([
      { content: 'one', reactions: [{ emoji: '👍', principalIds: [world.human.principal.id] }] },
      { content: '', plaintext: '', seq: 2, deletedAt: expect.stringMatching(/Z$/) },
    ]);
  });
});
