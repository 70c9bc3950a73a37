/** What clients in the wild rely on at the socket, a test for each rule. */

import type { ApiKey } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { offerSession, openSession, revokeSession } from '@perdure/hub/desk';
import { createSocketWorld, type SocketWorld } from './socket-world.ts';

const hermes = { type: 'meta', runtime: 'hermes', version: '1.0.0' };

describe('the handshake', () => {
  test('C4: the first frame is `authenticated` with a number of milliseconds, and no frame is before it', async () => {
    const { agent, connect, say, settle } = await createSocketWorld();
    const client = connect();
    await say('while it knocks');
    await settle();
    expect(client.frames).toEqual([]);
    await client.send({ type: 'auth', apiKey: agent.key });
    expect(client.frames[0]).toEqual({
      type: 'authenticated',
      heartbeatIntervalMs: 30_000,
      principalId: agent.principal.id,
    });
    await client.send(hermes);
    expect(client.frames).toHaveLength(1);
    expect(client.closed.code).toBeUndefined();
  });

  test('what is sent behind the key without waiting is taken once the key is known', async () => {
    const { agent, connect, say, channel, settle } = await createSocketWorld();
    await say('missed');
    const { connection, frames } = connect();
    connection.receive(JSON.stringify({ type: 'auth', apiKey: agent.key }));
    connection.receive(JSON.stringify(hermes));
    connection.receive(JSON.stringify({ type: 'replay', cursors: { [channel.id]: 0 } }));
    await settle();
    expect(frames.map(({ type }) => type)).toEqual(['authenticated', 'message']);
  });

  test('C5: a bad key is answered with a frame that has a string `error`, then closed, not with 1000 or 1001', async () => {
    const { connect } = await createSocketWorld();
    const client = connect();
    await client.send({ type: 'auth', apiKey: 'sk_sesame_wrong' });
    expect(client.frames).toEqual([{ type: 'error', error: 'Invalid API key' }]);
    expect(client.closed.code).toBe(4001);
  });

  test('C5: a first frame that is no auth frame is refused, whatever it is', async () => {
    const { connect, agent } = await createSocketWorld();
    for (const frame of [{ type: 'ping' }, { type: 'auth' }, { type: 'auth', apiKey: 7 }, 'auth', '[]', 'null', '']) {
      const client = connect();
      await client.send(frame);
      expect([client.closed.code, client.frames.map(({ type }) => type)]).toEqual([4001, ['error']]);
      await client.send({ type: 'auth', apiKey: agent.key });
      expect(client.frames).toHaveLength(1);
    }
  });

  test('C5: who says nothing for 10 seconds is closed with 4002', async () => {
    const { connect, pass } = await createSocketWorld();
    const client = connect();
    await pass(9);
    expect(client.closed.code).toBeUndefined();
    await pass(1);
    expect([client.closed.code, client.frames[0]?.type]).toEqual([4002, 'error']);
  });

  test('wrong keys over the socket and over HTTP count together, and a right one is let in all the same', async () => {
    const { connect, harness, agent, enter } = await createSocketWorld();
    const headers = { authorization: 'Bearer sk_sesame_wrong' };
    for (let n = 0; n < 10; n += 1) await harness.json('GET', '/api/v1/auth/me', { headers });
    const client = connect();
    await client.send({ type: 'auth', apiKey: 'sk_sesame_wrong' });
    expect([client.closed.code, client.frames]).toEqual([
      4008,
      [{ type: 'error', error: expect.stringContaining('wait') }],
    ]);
    expect((await enter(agent)).closed.code).toBeUndefined();
  });

  test('a socket is that of the key it was opened with, and of no other of the same principal', async () => {
    const { agent, board, enter, owner } = await createSocketWorld();
    const { id: principalId } = agent.principal;
    const keys = (await owner('GET', `/api/v1/principals/${principalId}/keys`)).body.data as readonly ApiKey[];
    const more = await owner('POST', `/api/v1/principals/${principalId}/keys`, { json: {} });
    const { id: another } = more.body.data as ApiKey;
    await enter(agent);
    expect(board.isConnected(principalId)).toBe(true);
    expect(keys.map(({ id }) => board.isConnected(principalId, id))).toEqual([true]);
    expect(board.isConnected(principalId, another)).toBe(false);
  });

  test('several sockets of one key are normal: none is ever taken for another', async () => {
    const { enter, agent, say, settle } = await createSocketWorld();
    const clients = [await enter(agent), await enter(agent), await enter(agent)];
    await say('to all of them');
    await settle();
    expect(clients.map((client) => [client.seqs(), client.closed.code])).toEqual(clients.map(() => [[1], undefined]));
  });
});

describe('a message', () => {
  test('reaches every member with every field that clients read, metadata an object, and attachments absent', async () => {
    const { enter, agent, human, outsider, channel, send, settle } = await createSocketWorld();
    const [member, stranger] = [await enter(agent), await enter(outsider)];
    const { body } = await send({ content: 'hello', clientGeneratedId: 'k' }, human);
    await settle();
    expect(member.ofType('message')).toEqual([{ type: 'message', message: body.data }]);
    expect(body.data).toMatchObject({
      channelId: channel.id,
      senderId: human.principal.id,
      kind: 'text',
      metadata: { senderHandle: 'human', senderDisplayName: 'The human', senderKind: 'human' },
    });
    expect(stranger.frames.map(({ type }) => type)).toEqual(['authenticated', 'pong']);
  });

  test('reaches its sender too, whose cursor would stay behind it, with an acknowledgement', async () => {
    const { enter, agent, channel, send, settle } = await createSocketWorld();
    const client = await enter(agent);
    const { body } = await send({ content: 'mine', clientGeneratedId: 'k' });
    await settle();
    expect(client.seqs()).toEqual([1]);
    expect(client.ofType('delivery.ack')).toEqual([
      {
        type: 'delivery.ack',
        channelId: channel.id,
        messageId: (body.data as { id: string }).id,
        seq: 1,
        clientGeneratedId: 'k',
      },
    ]);
  });

  test('that is sent again under its key is no second frame', async () => {
    const { enter, human, send, settle } = await createSocketWorld();
    const client = await enter(human);
    await Promise.all(Array.from({ length: 20 }, () => send({ content: 'once', clientGeneratedId: 'k' })));
    await settle();
    expect(client.seqs()).toEqual([1]);
  });

  test('that is edited, deleted or reacted to is told in frames of other types: an agent would answer it again', async () => {
    const { enter, human, agent, say, channel, settle } = await createSocketWorld();
    const client = await enter(human);
    const { id } = await say('first');
    const at = `/api/v1/channels/${channel.id}/messages/${id}`;
    await agent.json('PATCH', at, { json: { content: 'second', streaming: true } });
    await human.json('POST', `${at}/reactions`, { json: { emoji: '👍' } });
    await human.json('POST', `${at}/reactions`, { json: { emoji: '👍' } });
    await agent.json('DELETE', at);
    await human.json('POST', `/api/v1/channels/${channel.id}/read`, { json: { seq: 1 } });
    await settle();
    expect(client.seqs()).toEqual([1]);
    expect(client.ofType('message.updated')).toMatchObject([
      { message: { id, seq: 1, content: 'second', streaming: true } },
    ]);
    expect(client.ofType('reaction')).toMatchObject([{ messageId: id, emoji: '👍', isRemoved: false }]);
    expect(client.ofType('message.deleted')).toMatchObject([{ message: { id, content: '' } }]);
    expect(client.ofType('receipt')).toMatchObject([
      { channelId: channel.id, principalId: human.principal.id, seq: 1 },
    ]);
  });

  test('whose stream nobody goes on with is told to have ended, once', async () => {
    const { enter, human, agent, say, channel, pass } = await createSocketWorld();
    const client = await enter(human);
    const { id } = await say('first');
    const at = `/api/v1/channels/${channel.id}/messages/${id}`;
    await agent.json('PATCH', at, { json: { content: 'sec', streaming: true } });
    await pass(29);
    expect(client.ofType('message.updated').map(({ message }) => message.streaming)).toEqual([true]);
    await pass(5);
    expect(client.ofType('message.updated').map(({ message }) => message.streaming)).toEqual([true, false]);
  });

  test('is not sent to one who was taken out of the channel, from then on', async () => {
    const { enter, human, keeper, say, channel, settle } = await createSocketWorld();
    const client = await enter(human);
    await say('one');
    await settle();
    await keeper.json('DELETE', `/api/v1/channels/${channel.id}/members/${human.principal.id}`);
    await say('two');
    await client.send({ type: 'replay', cursors: { [channel.id]: 0 } });
    expect(client.seqs()).toEqual([1]);
  });
});

describe('replay', () => {
  test('sends exactly what came behind the cursor, ascending, once, own messages included', async () => {
    const { connect, agent, human, say, channel } = await createSocketWorld();
    for (let n = 1; n <= 8; n += 1) await say(`${n}`, n % 2 === 0 ? agent : human);
    const client = connect();
    await client.send({ type: 'auth', apiKey: agent.key });
    await client.send(hermes);
    await client.send({ type: 'replay', cursors: { [channel.id]: 3 } });
    expect(client.seqs()).toEqual([4, 5, 6, 7, 8]);
    expect(new Set(client.ofType('message').map(({ message }) => message.senderId)).size).toBe(2);
  });

  test('is sent to nobody who did not ask: H1 never does', async () => {
    const { connect, agent, say, pass } = await createSocketWorld();
    for (let n = 1; n <= 5; n += 1) await say(`${n}`);
    const client = connect();
    await client.send({ type: 'auth', apiKey: agent.key });
    await client.send(hermes);
    await pass(10);
    expect(client.seqs()).toEqual([]);
    await say('new');
    await pass(1);
    expect(client.seqs()).toEqual([6]);
  });

  test('comes before what is said meanwhile, which is held back', async () => {
    const { connect, agent, say, channel, settle } = await createSocketWorld();
    for (let n = 1; n <= 3; n += 1) await say(`${n}`);
    const client = connect();
    await client.send({ type: 'auth', apiKey: agent.key });
    await say('4');
    await settle();
    expect(client.seqs()).toEqual([]);
    client.connection.receive(JSON.stringify({ type: 'replay', cursors: { [channel.id]: 1 } }));
    await say('5');
    await settle();
    expect(client.seqs()).toEqual([2, 3, 4, 5]);
  });

  test('C3: is not overtaken by what is said while it is looked up, whatever the client sends behind its request', async () => {
    const { agent, connect, say, channel, settle, harness } = await createSocketWorld();
    for (const content of ['one', 'two', 'three']) await say(content);
    const { channels } = harness.options.hub.store;
    const lastSeqs = channels.lastSeqs.bind(channels);
    const looking = Promise.withResolvers<void>();
    Object.assign(channels, {
      lastSeqs: async (principalId: string) => {
        await looking.promise;
        return await lastSeqs(principalId);
      },
    });
    const client = connect();
    await client.send({ type: 'auth', apiKey: agent.key });
    await client.send({ type: 'replay', cursors: { [channel.id]: 1 } });
    await client.send({ type: 'replay', cursors: {} });
    await client.send({ type: 'ping' });
    await say('four');
    await settle();
    expect(client.seqs()).toEqual([]);
    looking.resolve();
    await settle();
    expect(client.seqs()).toEqual([2, 3, 4]);
  });

  test('passes over channels that one is not in, cursors that are no numbers, and numbers that are not there yet', async () => {
    const { connect, outsider, agent, channel, say, settle } = await createSocketWorld();
    await say('1');
    for (const [person, cursors, expected] of [
      [outsider, { [channel.id]: 0 }, []],
      [agent, { none: 0, __proto__x: 1, [channel.id]: '0' }, []],
      [agent, { [channel.id]: -1 }, []],
      [agent, { [channel.id]: 0.5 }, []],
      [agent, { [channel.id]: 99 }, []],
      [agent, { [channel.id]: 0 }, [1]],
    ] as const) {
      const client = connect();
      await client.send({ type: 'auth', apiKey: person.key });
      await client.send({ type: 'replay', cursors });
      expect([client.seqs(), client.closed.code]).toEqual([expected, undefined]);
    }
    const ahead = connect();
    await ahead.send({ type: 'auth', apiKey: agent.key });
    await ahead.send({ type: 'replay', cursors: { [channel.id]: 99 } });
    await say('2');
    await settle();
    expect(ahead.seqs()).toEqual([2]);
  });
});

describe('being there', () => {
  test('a ping is answered with a pong, and a type that is not known is passed over', async () => {
    const { enter, agent } = await createSocketWorld();
    const client = await enter(agent);
    for (const frame of [{ type: 'ping' }, { type: 'wave' }, { type: 7 }, {}, hermes, { type: 'auth', apiKey: 'x' }]) {
      await client.send(frame);
    }
    expect(client.frames.map(({ type }) => type)).toEqual(['authenticated', 'pong', 'pong']);
    expect(client.closed.code).toBeUndefined();
  });

  test('who is silent for 75 seconds is dropped, and others are told that they are gone', async () => {
    const { enter, agent, human, pass } = await createSocketWorld();
    const watcher = await enter(human);
    const client = await enter(agent);
    for (let n = 0; n < 5; n += 1) {
      await pass(14);
      await watcher.send({ type: 'ping' });
    }
    await pass(4);
    expect(client.closed.code).toBeUndefined();
    await pass(1);
    expect(client.closed).toMatchObject({ code: 1008, isDead: true });
    const ofAgent = watcher.ofType('presence').filter(({ principalId }) => principalId === agent.principal.id);
    expect(ofAgent.map(({ presence }) => presence)).toEqual(['online', 'offline']);
  });

  test('presence is told to who shares a channel: online with the first socket, offline with the last', async () => {
    const { enter, agent, human, outsider, settle } = await createSocketWorld();
    const [watcher, stranger] = [await enter(human), await enter(outsider)];
    const [one, two] = [await enter(agent), await enter(agent)];
    await two.send({ type: 'status', status: 'busy', detail: 'reading', progress: 40 });
    one.connection.ended();
    await settle();
    const told = () => watcher.ofType('presence').map(({ presence, status }) => [presence, status]);
    expect(told()).toEqual([
      ['online', undefined],
      ['online', 'busy'],
    ]);
    two.connection.ended();
    await settle();
    expect(told().at(-1)).toEqual(['offline', undefined]);
    expect(stranger.ofType('presence')).toEqual([]);
  });

  test('typing reaches the other members and nobody else, and says when it is over', async () => {
    const { enter, agent, human, outsider, channel, time } = await createSocketWorld();
    const [typist, member, stranger] = [await enter(agent), await enter(human), await enter(outsider)];
    await typist.send({ type: 'typing', channelId: channel.id });
    await stranger.send({ type: 'typing', channelId: channel.id });
    const expiresAt = new Date(time.now + 6_000).toISOString();
    expect(member.ofType('typing')).toEqual([
      { type: 'typing', channelId: channel.id, principalId: agent.principal.id, expiresAt },
    ]);
    expect([...typist.ofType('typing'), ...stranger.ofType('typing')]).toEqual([]);
  });

  test('a key that is revoked closes its sockets at once with 4003, and those of no other key', async () => {
    const { owner, enter, agent, human, settle } = await createSocketWorld();
    const [gone, stays] = [await enter(agent), await enter(human)];
    await owner('POST', `/api/v1/keys/${agent.keyId}/revoke`);
    await settle();
    expect([gone.closed.code, gone.frames.at(-1)]).toEqual([4003, { type: 'error', error: 'Your key was revoked.' }]);
    expect(stays.closed.code).toBeUndefined();
  });

  test('a key that is revoked while it is being looked at opens nothing', async () => {
    const { agent, connect, board, settle } = await createSocketWorld();
    const client = connect();
    client.connection.receive(JSON.stringify({ type: 'auth', apiKey: agent.key }));
    board.publish({ kind: 'key-revoked', keyId: agent.keyId });
    await settle();
    expect(client.closed.code).toBe(4003);
  });
});

describe('a hostile client', () => {
  test('is answered in words for what is no JSON object, and nobody else notices', async () => {
    const { enter, agent, human, say, settle } = await createSocketWorld();
    const [client, other] = [await enter(agent), await enter(human)];
    const hostile = [
      '{',
      '[]',
      'null',
      '7',
      '"x"',
      '\u0000',
      '['.repeat(100_000),
      '{"type":"ping"',
      '{"__proto__":{}}',
    ];
    for (const text of hostile) await client.send(text);
    client.connection.receive(undefined);
    await say('still here');
    await settle();
    expect(client.ofType('error').length).toBeGreaterThan(6);
    expect([client.seqs(), other.seqs(), client.closed.code]).toEqual([[1], [1], undefined]);
    expect(other.ofType('error')).toEqual([]);
  });

  test('of more than 20 frames a second, and 60 at once, is closed with 4008', async () => {
    const { enter, agent, pass } = await createSocketWorld();
    const client = await enter(agent);
    await pass(3);
    for (let n = 0; n < 60; n += 1) await client.send({ type: 'ping' });
    expect(client.closed.code).toBeUndefined();
    await client.send({ type: 'ping' });
    expect(client.closed.code).toBe(4008);
  });

  test('that reads nothing is cut off, rather than all being kept for it', async () => {
    const { connect, agent, say, settle } = await createSocketWorld();
    const client = connect(undefined, { buffered: 20_000_000 });
    await client.send({ type: 'auth', apiKey: agent.key });
    await say('too much');
    await settle();
    expect(client.closed).toMatchObject({ code: 1008, isDead: true });
  });
});

test('an end of the server closes all with 1001, known or not', async () => {
  const { enter, connect, agent } = await createSocketWorld();
  const [known, knocking] = [await enter(agent), connect()];
  known.connection.shutDown();
  knocking.connection.shutDown();
  expect([known.closed.code, knocking.closed.code]).toEqual([1001, 1001]);
});

/** A session of the human. */
async function signIn(world: SocketWorld) {
  const { hub } = world.harness.options;
  const offered = await offerSession(hub, world.human.principal);
  if (offered.kind === 'refused') throw new Error(offered.message);
  const opened = await openSession(hub, offered.session.token);
  if (opened.kind === 'refused') throw new Error(opened.message);
  return opened;
}

describe('A5: a page of this server', () => {
  test('is known by its cookie and the key of the page together, and by neither alone', async () => {
    const world = await createSocketWorld();
    const { cookie, pageKey } = await signIn(world);
    const codeFor = async (frame: object, shown: string | undefined) => {
      const client = world.connect(undefined, {}, shown);
      await client.send({ type: 'auth', ...frame });
      return client.closed.code ?? client.frames[0]?.type;
    };
    expect(await codeFor({ pageKey }, cookie)).toBe('authenticated');
    expect(await codeFor({ pageKey }, undefined)).toBe(4001);
    expect(await codeFor({}, cookie)).toBe(4001);
    expect(await codeFor({ pageKey: `${pageKey}x` }, cookie)).toBe(4001);
    expect(await codeFor({ apiKey: pageKey }, cookie)).toBe(4001);
  });

  test('is closed with 4003 when its session is revoked, and when that ends by itself', async () => {
    const world = await createSocketWorld();
    const { cookie, pageKey, session } = await signIn(world);
    const enter = async () => {
      const client = world.connect(undefined, {}, cookie);
      await client.send({ type: 'auth', pageKey });
      return client;
    };
    const late = await enter();
    world.time.now = Date.parse(session.expiresAt) - 2_000;
    late.connection.receive('{}');
    await world.pass(1);
    expect(late.closed.code).toBeUndefined();
    const revoked = await enter();
    await revokeSession(world.harness.options.hub, world.human.principal, session.id);
    expect(revoked.closed.code).toBe(4003);
    const another = await signIn(world);
    const client = world.connect(undefined, {}, another.cookie);
    await client.send({ type: 'auth', pageKey: another.pageKey });
    world.time.now = Date.parse(another.session.expiresAt) - 1_000;
    client.connection.receive('{}');
    await world.pass(1);
    expect(client.closed).toMatchObject({ code: 4003, reason: 'Your session has ended; sign in anew.' });
  });
});
