/** What somebody does who may write into the database, and has no key. */

import { describe, expect, it } from 'vitest';
import { codeOf, taken } from '../../src/store/conformance/world.ts';
import { doneIn, openVaultWorld, token } from '../../src/store/vault/conformance/world.ts';
import { openVaultSqlite } from './vault-sqlite.ts';

async function openAttack() {
  const opened = await openVaultSqlite();
  const world = await openVaultWorld(async () => opened);
  const { sqlite } = opened.database;
  const one = await world.put('One', { fields: [token('first'), token('second', 'other')] });
  const two = await world.put('Two', { fields: [token('third')] });
  return { ...world, sqlite, one, two };
}

const copy = (where: string): string => `UPDATE vault_fields SET sealed = (SELECT sealed FROM vault_fields ${where})`;

describe('a value that was changed in the database is not given, and that is written down', () => {
  const attacks: readonly (readonly [what: string, sql: string])[] = [
    ['of another item', `${copy(`WHERE item_id = :two`)} WHERE item_id = :one AND key = 'token'`],
    ['of another field', `${copy(`WHERE item_id = :one AND key = 'other'`)} WHERE item_id = :one AND key = 'token'`],
    ['a field left out', `DELETE FROM vault_fields WHERE item_id = :one AND key = 'other'`],
    ['a field of another name', `UPDATE vault_fields SET key = 'renamed' WHERE item_id = :one AND key = 'other'`],
    ['cut short', `UPDATE vault_fields SET sealed = substr(sealed, 1, 20) WHERE item_id = :one`],
    ['empty', `UPDATE vault_fields SET sealed = '' WHERE item_id = :one`],
    ['fields in another order', `UPDATE vault_fields SET position = 1 - position WHERE item_id = :one`],
    ['all fields gone', `DELETE FROM vault_fields WHERE item_id = :one`],
    ['a version that never was', `UPDATE vault_items SET version = 7 WHERE id = :one`],
    ['a key of another vault', `UPDATE vaults SET wrapped_key = (SELECT wrapped_key FROM vaults WHERE id <> :vault)`],
  ];
  it.each(attacks)('%s', async (_what, sql) => {
    const world = await openAttack();
    const { vaults, sqlite, ada, agent, one, two, vaultId, newId, read } = world;
    taken(await vaults.create(ada, { id: newId(), name: 'other', description: '', now: 5 }));
    const names = { one: one.id, two: two.id, vault: vaultId };
    const used = Object.entries(names).filter(([name]) => sql.includes(`:${name}`));
    sqlite.prepare(sql).run(Object.fromEntries(used));
    expect(codeOf(await read(agent, one.id))).toBe('storage_corrupt');
    expect((await doneIn(world)).at(-1)).toBe('item.damaged');
  });

  it('an item of before its rotation, put back whole', async () => {
    const world = await openAttack();
    const { vaults, sqlite, agent, one, read } = world;
    const before = sqlite.prepare('SELECT sealed FROM vault_fields WHERE item_id = ? ORDER BY position').all(one.id);
    const fields = [token('new'), token('newer', 'other')];
    taken(await vaults.rotateItem(agent, { itemId: one.id, fields, now: 8 }));
    const putBack = sqlite.prepare('UPDATE vault_fields SET sealed = ? WHERE item_id = ? AND position = ?');
    for (const [position, row] of before.entries()) putBack.run(row['sealed'] as string, one.id, position);
    expect(codeOf(await read(agent, one.id))).toBe('storage_corrupt');
    sqlite.prepare('UPDATE vault_items SET version = 1 WHERE id = ?').run(one.id);
    expect(codeOf(await read(agent, one.id))).toBe('storage_corrupt');
    // What is put in anew is a version that never was, and opens.
    taken(await vaults.rotateItem(agent, { itemId: one.id, fields: [token('safe')], now: 9 }));
    expect(await read(agent, one.id)).toMatchObject({ version: 3, fields: { token: 'safe' } });
  });

  it('and a vault with such an item is given no new key, which would make it whole again', async () => {
    const { vaults, sqlite, ada, one, vaultId, read } = await openAttack();
    const [before] = sqlite.prepare('SELECT wrapped_key FROM vaults WHERE id = ?').all(vaultId);
    sqlite.prepare(`UPDATE vault_fields SET sealed = '' WHERE item_id = ?`).run(one.id);
    expect(codeOf(await vaults.rekey(ada, { vaultId, now: 9 }))).toBe('storage_corrupt');
    expect(sqlite.prepare('SELECT wrapped_key FROM vaults WHERE id = ?').all(vaultId)[0]).toEqual(before);
    expect(codeOf(await read(ada, one.id))).toBe('storage_corrupt');
  });
});

describe('V1: no audit row, no secret', () => {
  it('nothing is given and nothing is changed where it cannot be written down', async () => {
    const { vaults, sqlite, ada, agent, one, vaultId, newId, read } = await openAttack();
    const asked = { id: newId(), itemId: one.id, reason: 'r', ttlMs: 1000, now: 10 };
    const { lease } = taken(await vaults.requestLease(agent, asked));
    sqlite.exec(`CREATE TRIGGER full BEFORE INSERT ON vault_audit BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    await expect(vaults.useLease(agent, { leaseId: lease.id, now: 11 })).rejects.toThrow();
    await expect(vaults.rotateItem(agent, { itemId: one.id, fields: [token('x')], now: 11 })).rejects.toThrow();
    await expect(vaults.removeMember(ada, { vaultId, principalId: agent.id, now: 11 })).rejects.toThrow();
    sqlite.exec('DROP TRIGGER full');
    expect(taken(await vaults.lease(agent, lease.id)).lease.uses).toBe(0);
    expect(await read(agent, one.id)).toMatchObject({ version: 1, fields: { token: 'first' } });
  });
});
