/** What sockets are told of families. */

import type { Family, FamilyMember } from '@perdure/contract';
import { expect, test } from 'vitest';
import { ownerKey } from '../http/harness.ts';
import { createSocketWorld } from './socket-world.ts';

test('a change of a family is told to its lead, its maker and its members; of a member to the first two and to itself', async () => {
  const { owner, lead, other, human, outsider, agent, enter, connect, settle } = await createSocketWorld();
  const named = { json: { name: 'Main', leadId: lead.principal.id } };
  const family = (await owner('POST', '/api/v1/families', named)).body.data as Family;
  const path = `/api/v1/families/${family.id}`;
  for (const { principal } of [other, agent]) {
    await owner('POST', `${path}/members`, { json: { principalId: principal.id } });
  }
  const clients = { lead: await enter(lead), other: await enter(other), agent: await enter(agent) };
  const strangers = { human: await enter(human), outsider: await enter(outsider) };
  const maker = connect();
  await maker.send({ type: 'auth', apiKey: ownerKey });
  const all = { ...clients, ...strangers, maker };
  for (const client of Object.values(all)) client.frames.length = 0;

  await lead.json('PATCH', path, { json: { conventions: 'Be kind.' } });
  await lead.json('PATCH', `${path}/members/${other.principal.id}`, { json: { status: 'online' } });
  // It is so already: nobody is told.
  await lead.json('PATCH', `${path}/members/${other.principal.id}`, { json: { status: 'online' } });
  await settle();
  const told = Object.entries(all).map(([who, client]) => [
    who,
    client.ofType('family.updated').map(({ family: { conventions } }) => conventions),
    client.ofType('member.updated').map(({ member }) => [member.handle, member.status, member.isConnected]),
  ]);
  expect(told).toEqual([
    ['lead', ['Be kind.'], [['other', 'online', true]]],
    ['other', ['Be kind.'], [['other', 'online', true]]],
    ['agent', ['Be kind.'], []],
    ['human', [], []],
    ['outsider', [], []],
    ['maker', ['Be kind.'], [['other', 'online', true]]],
  ]);
});

test('H5: a member that is deprovisioned has its sockets closed at once', async () => {
  const { owner, lead, connect, settle } = await createSocketWorld();
  const named = { json: { name: 'Main', leadId: lead.principal.id } };
  const { id } = (await owner('POST', '/api/v1/families', named)).body.data as Family;
  const made = await lead.json('POST', `/api/v1/families/${id}/members`, { json: { handle: 'sam' } });
  const { principalId, key } = made.body.data as FamilyMember & { readonly key: string };
  const client = connect();
  await client.send({ type: 'auth', apiKey: key });
  expect(client.ofType('authenticated')).toHaveLength(1);
  const seen = await lead.json('GET', `/api/v1/families/${id}/members/${principalId}`);
  expect((seen.body.data as FamilyMember).isConnected).toBe(true);
  const gone = { json: { status: 'deprovisioned' } };
  const answer = await lead.json('PATCH', `/api/v1/families/${id}/members/${principalId}`, gone);
  await settle();
  expect([(answer.body.data as FamilyMember).isConnected, client.closed.code]).toEqual([false, 4003]);
});
