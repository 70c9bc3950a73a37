import { expect, test } from 'vitest';
import { clientFrameSchema, type ClientFrame } from '@perdure/contract';
import { ownerKey } from '../http/harness.ts';
import { createSocketWorld, type FakeClient } from '../ws/socket-world.ts';
import { columns, frames, type Column, type Effect } from './table.ts';

/** `told`: what came to others. */
function isDone(type: ClientFrame['type'], client: FakeClient, told: readonly string[]): boolean {
  if (type === 'auth') return client.ofType('authenticated').length === 1;
  if (type === 'ping') return client.ofType('pong').length === 1;
  if (type === 'replay') return client.seqs().includes(1);
  return told.includes(type === 'typing' ? 'typing' : 'presence');
}

test('every frame has the effect that the table says, whoever sends it, and the table has no row too many', async () => {
  const { owner, agent, other, human, keeper, lead, outsider, channel, connect, enter, say, settle, time } =
    await createSocketWorld();
  await say('missed');
  await owner('POST', '/api/v1/principals', { json: { kind: 'human', handle: 'watcher' } });
  const made = await owner('POST', `/api/v1/principals/${agent.principal.id}/keys`, { json: {} });
  const revoked = made.body.data as { readonly id: string; readonly key: string };
  await owner('POST', `/api/v1/keys/${revoked.id}/revoke`);
  const keys: Readonly<Record<Column, string | undefined>> = {
    none: undefined,
    malformed: 'sk_sesame_short',
    revoked: revoked.key,
    agent: agent.key,
    other: other.key,
    human: human.key,
    keeper: keeper.key,
    owner: ownerKey,
    lead: lead.key,
    outsider: outsider.key,
  };
  /** All who could be told of anything; the one who sends is not. */
  const watchers = [await enter(agent), await enter(human)];

  const sent: Readonly<Record<ClientFrame['type'], (key: string | undefined) => object>> = {
    auth: (key) => (key === undefined ? { type: 'auth' } : { type: 'auth', apiKey: key }),
    ping: () => ({ type: 'ping' }),
    meta: () => ({ type: 'meta', runtime: 'hermes' }),
    status: () => ({ type: 'status', status: 'busy' }),
    typing: () => ({ type: 'typing', channelId: channel.id }),
    replay: () => ({ type: 'replay', cursors: { [channel.id]: 0 } }),
  };
  const effectOf = async (type: ClientFrame['type'], column: Column): Promise<Effect> => {
    time.now += 3_600_000;
    const client = connect();
    const key = keys[column];
    if (type !== 'auth' && key !== undefined) await client.send({ type: 'auth', apiKey: key });
    await settle();
    for (const watcher of watchers) watcher.frames.length = 0;
    await client.send(sent[type](key));
    const told = watchers.flatMap((watcher) => watcher.frames.map((frame) => frame.type));
    const effect = client.closed.code !== undefined ? 'closed' : isDone(type, client, told) ? 'done' : 'nothing';
    client.connection.ended();
    await settle();
    return effect;
  };

  const types = clientFrameSchema.options.map(({ shape }) => shape.type.value);
  const effects: Record<string, Record<string, Effect>> = {};
  for (const type of types) {
    effects[type] = {};
    for (const column of columns) effects[type][column] = await effectOf(type, column);
  }
  expect(effects).toEqual(frames);
});
