/** Whatever is sent to the hub, it is answered within what its document says, and nothing is told of the inside. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { routes, type Route, type Upload } from '@perdure/contract';
import { ownerKey } from './harness.ts';
import { createHubWorld, type HubWorld } from './hub-world.ts';

const hub = Object.entries<Route>(routes).filter(([, route]) => route.hub === true);

const words = fc.constantFrom(
  '',
  '../../etc/passwd',
  '%2e%2e%2f',
  '\u0000',
  'a\ud800b',
  '__proto__',
  'constructor',
  'a\r\nx: y',
  "'; DROP TABLE messages; --",
  '1e999',
  'x'.repeat(20_000),
  '👩‍🚀'.repeat(300),
  '\u202e',
);
const value = fc.oneof(
  words,
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(words),
  fc.object(),
);

/** A vault of the agent with an item, and a lease that was asked for. */
async function keep({ agent }: HubWorld) {
  const post = async (path: string, json: object) => {
    const { data } = (await agent.json('POST', `/api/v1/vault/${path}`, { json })).body as { data: { id: string } };
    return data.id;
  };
  const vaultId = await post('vaults', { name: 'agent-main', description: '' });
  const fields = [{ key: 'token', value: 'tok-0123456789' }];
  const itemId = await post(`vaults/${vaultId}/items`, { name: 'GitHub', type: 'token', fields });
  const leaseId = await post('leases', { itemId, reason: 'deploy' });
  const leased = { vaultId, itemId, leaseId };
  return { ...leased, grantId: await post('grants', { itemId, grantee: { kind: 'tool', name: 'shell' } }) };
}

/** A task that the agent gave itself, a family, and a link by which the owner signs in. */
async function assign({ agent, owner }: HubWorld) {
  const idOf = ({ body }: Awaited<ReturnType<typeof owner>>) => (body.data as { readonly id: string }).id;
  const json = { title: 'x', assigneeId: agent.principal.id, context: { notes: '{"token":"tok-0123456789"}' } };
  const taskId = idOf(await agent.json('POST', '/api/v1/tasks', { json }));
  const sessionId = idOf(await owner('POST', '/api/v1/sessions', { json: {} }));
  return { taskId, sessionId, familyId: idOf(await owner('POST', '/api/v1/families', { json: { name: 'Home' } })) };
}

/** A file of the agent, whose bytes have not come. */
async function reserve({ agent }: HubWorld): Promise<string> {
  const json = { fileName: 'a.txt', size: 1 };
  const { data } = (await agent.json('POST', '/api/v1/drive/files/upload-url', { json })).body;
  return (data as Upload).fileId;
}

test.each(hub)('%s takes anything without failing, and answers as its document says', async (_id, route) => {
  const time = { now: 1_700_000_000_000 };
  const world = await createHubWorld({ clock: () => time.now });
  const { id: messageId } = await world.say('hello');
  const kept = { ...(await keep(world)), ...(await assign(world)) };
  const fileId = await reserve(world);
  const known: Readonly<Record<string, string>> = {
    ...kept,
    channelId: world.channel.id,
    messageId,
    fileId,
    principalId: world.human.principal.id,
    keyId: world.outsider.keyId,
    emoji: 'x',
  };
  const fields = [...Object.keys((route.body as { shape?: object } | undefined)?.shape ?? {}), '__proto__', 'other'];
  const body = fc.oneof(
    fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 6 }),
    fc.constant({ content: 'hello', kind: 'group', name: 'x', handle: 'x', displayName: 'x', emoji: 'x', seq: 1 }),
    value,
  );
  const query = fc.dictionary(
    fc.constantFrom('limit', 'cursor', 'direction', 'all', 'key'),
    fc.oneof(words, fc.string()),
  );
  const part = fc.option(fc.oneof(words, fc.string()).filter((text) => text.isWellFormed() && !/^\.{0,2}$/.test(text)));
  await fc.assert(
    fc.asyncProperty(body, query, part, fc.constantFrom(ownerKey, world.agent.key), async (sent, asked, other, key) => {
      time.now += 60_000;
      const path = route.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
        encodeURIComponent((other ?? known[name] ?? '').slice(0, 3_000)),
      );
      const wellFormed = Object.entries(asked).filter(([, text]) => text.isWellFormed());
      const search = new URLSearchParams(wellFormed.map(([name, text]) => [name, text.slice(0, 3_000)])).toString();
      const response = await world.harness.request(route.method.toUpperCase(), `${path}?${search}`, {
        headers: { authorization: `Bearer ${key}` },
        ...(route.body !== undefined && { json: sent }),
      });
      expect(response.status).toBeLessThan(500);
      const text = await response.text();
      expect(text).not.toMatch(/node_modules|\.ts:\d|SQLITE|at \w+ \(/);
      expect(JSON.parse(text)).toBeTypeOf('object');
    }),
    { numRuns: 60 },
  );
  expect(world.harness.logged).toEqual([]);
});
