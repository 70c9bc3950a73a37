import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Vault, VaultItem, VaultLease, VaultWant } from '@perdure/contract';
import { groqServer, shellTool } from './harness.ts';
import { createHubWorld, type HubWorld, type Person } from './hub-world.ts';

const canary = 'canary-“quoted”\nline\\two-7f3a9c51e2d84b06';

async function createVault({ keeper, agent }: HubWorld, by: Person = keeper) {
  const json = { name: 'scout-main', description: 'The scout credentials vault' };
  const vault = (await by.json('POST', '/api/v1/vault/vaults', { json })).body.data as Vault;
  const member = { json: { principalId: agent.principal.id, role: 'member' } };
  await by.json('POST', `/api/v1/vault/vaults/${vault.id}/members`, member);
  const put = async (value: string, more: object = {}): Promise<VaultItem> => {
    const item = { json: { name: 'GitHub', type: 'token', fields: [{ key: 'token', value }], ...more } };
    return (await by.json('POST', `/api/v1/vault/vaults/${vault.id}/items`, item)).body.data as VaultItem;
  };
  return { vault, put };
}

describe('vaults over HTTP', () => {
  it('are made as clients of Sesame do: an id, an owner added, a second time 409 with “Already a member”', async () => {
    const world = await createHubWorld();
    const { keeper, agent, human } = world;
    const made = await keeper.json('POST', '/api/v1/vault/vaults', { json: { name: 'scout-main', description: 'x' } });
    expect([made.status, made.body.data]).toEqual([
      201,
      expect.objectContaining({ id: expect.any(String), role: 'owner' }),
    ]);
    const path = `/api/v1/vault/vaults/${(made.body.data as Vault).id}/members`;
    const add = async (person: Person, role: string) =>
      await keeper.json('POST', path, { json: { principalId: person.principal.id, role } });
    expect((await add(agent, 'owner')).status).toBe(201);
    const again = await add(agent, 'owner');
    expect([again.status, again.body.error]).toEqual([409, expect.stringContaining('Already a member')]);
    expect((await add(human, 'admin')).status).toBe(201);
    const { data } = (await human.json('GET', path)).body as { data: { handle: string; role: string }[] };
    expect(data.map(({ handle, role }) => `${handle} ${role}`)).toEqual(['agent owner', 'human admin', 'keeper owner']);
  });

  it('give a value by a lease that was asked for with a reason, and tell who was given it', async () => {
    const world = await createHubWorld();
    const { keeper, agent } = world;
    const { vault, put } = await createVault(world);
    const item = await put(canary);
    expect(item).toMatchObject({ fieldKeys: ['token'], fields: [{ key: 'token', type: 'secret', hint: '••••4b06' }] });
    const asked = await agent.json('POST', '/api/v1/vault/leases', { json: { itemId: item.id, reason: 'deploy' } });
    const lease = asked.body.data as VaultLease;
    expect(lease).toMatchObject({ status: 'active', ttlSeconds: 900 });
    const used = await agent.json('POST', `/api/v1/vault/leases/${lease.id}/use`);
    expect(used.body.data).toMatchObject({ version: 1, fields: { token: canary } });
    const audit = await keeper.json('GET', `/api/v1/vault/vaults/${vault.id}/audit?limit=1`);
    expect(audit.body.data).toMatchObject([{ action: 'lease.used', actorId: agent.principal.id, leaseId: lease.id }]);
  });

  it('refuse what is no item in a sentence that does not repeat a value', async () => {
    const world = await createHubWorld();
    const { keeper } = world;
    const { vault } = await createVault(world);
    const path = `/api/v1/vault/vaults/${vault.id}/items`;
    const value = 'do-not-repeat-me';
    for (const fields of [
      [],
      [{ key: 'a', value: '' }],
      [{ key: value, value: 1 }],
      [{ key: 'a b', value }],
      [{ key: 'a', value: `${value}\ud800` }],
      [
        { key: 'a', value },
        { key: 'a', value },
      ],
      { token: value },
    ]) {
      const { status, body } = await keeper.json('POST', path, { json: { name: 'x', fields } });
      expect([status, body.code]).toEqual([400, 'invalid_input']);
      expect(JSON.stringify(body)).not.toContain(value);
    }
  });

  it('hold secrets that are nowhere in the database, its log or what the server logs, in no form', async () => {
    const world = await createHubWorld();
    const { agent, harness } = world;
    const { put } = await createVault(world);
    const item = await put(canary);
    const asked = await agent.json('POST', '/api/v1/vault/leases', { json: { itemId: item.id, reason: 'deploy' } });
    await agent.json('POST', `/api/v1/vault/leases/${(asked.body.data as VaultLease).id}/use`);
    await agent.json('POST', `/api/v1/vault/items/${item.id}/rotate`, {
      json: { fields: [{ key: 'token', value: `${canary}2` }] },
    });
    const found = () => [...filesWith(harness.folder, canary), ...(harness.logged.some(holds(canary)) ? ['log'] : [])];
    expect(found()).toEqual([]);
    // The search finds one that is there, in each form.
    for (const form of formsOf(canary)) {
      await agent.json('POST', `/api/v1/channels/${world.channel.id}/messages`, { json: { content: form } });
      expect(found(), form).not.toEqual([]);
      harness.database.sqlite.exec('DELETE FROM messages; PRAGMA wal_checkpoint(TRUNCATE); VACUUM');
      harness.database.sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      expect(found(), 'after it is gone').toEqual([]);
    }
  });
});

/** As it stands, and as it would stand in what else holds texts. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** Any twelve characters in a row of any form betray it. */
function holds(secret: string): (text: string) => boolean {
  const windows = formsOf(secret).flatMap((form) =>
    Array.from({ length: form.length - 11 }, (_each, from) => form.slice(from, from + 12)),
  );
  return (text) => windows.some((window) => text.includes(window));
}

function filesWith(folder: string, secret: string): readonly string[] {
  const isIn = holds(secret);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => isIn(readFileSync(path, 'utf8')));
}

describe('grants over HTTP', () => {
  it('are made for what the worker has loaded, and tell what would be given and what not, and why', async () => {
    const world = await createHubWorld();
    const { harness, keeper, owner } = world;
    const { put } = await createVault(world);
    const item = await put(canary);
    const secrets = [{ name: 'github', reference: 'GitHub' }];
    const publish = (entry: object, kind: string) =>
      harness.database.sqlite.prepare('UPDATE catalogue SET entry = ? WHERE kind = ?').run(JSON.stringify(entry), kind);
    publish({ ...shellTool, secrets }, 'tool');
    publish({ ...groqServer, key: 'vault', secrets: [{ name: 'key', reference: 'scout-main/groq' }] }, 'model_server');
    const wants = async () => (await owner('GET', '/api/v1/vault/wants')).body.data as VaultWant[];
    expect((await wants()).map(({ grantee, problem }) => [grantee.name, problem])).toEqual([
      ['shell', expect.stringContaining('`perdure vault grant <vault>/GitHub --tool shell`')],
      ['groq', expect.stringContaining('`perdure vault grant scout-main/groq --model groq`')],
    ]);
    const grant = async (grantee: object) =>
      await keeper.json('POST', '/api/v1/vault/grants', { json: { itemId: item.id, grantee } });
    const made = await grant({ kind: 'tool', name: 'shell' });
    expect([made.status, made.body.data]).toMatchObject([201, { grantee: { kind: 'tool', name: 'shell' } }]);
    const unknown = await grant({ kind: 'model', name: 'shell' });
    expect([unknown.status, unknown.body.error]).toEqual([404, expect.stringContaining('no model server "shell"')]);
    expect((await wants())[0]?.problem).toBeUndefined();
    publish({ ...shellTool, secrets, hash: 'of another file' }, 'tool');
    expect((await wants())[0]?.problem).toContain('has changed');
    expect(JSON.stringify(await wants())).not.toContain(canary);
  });
});
