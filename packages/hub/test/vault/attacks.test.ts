/** What somebody does who may write into the database, and has no key. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeOf, taken } from '../../src/store/conformance/world.ts';
import { doneIn, openVaultWorld, token } from '../../src/store/vault/conformance/world.ts';
import { openVaultSqlite } from './vault-sqlite.ts';

async function openAttack() {
  const opened = await openVaultSqlite();
  const world = await openVaultWorld(async () => opened);
  const { database } = opened;
  const { sqlite } = database;
  const one = await world.put('One', { fields: [token('first'), token('second', 'other')] });
  const two = await world.put('Two', { fields: [token('third')] });
  return { ...world, database, sqlite, one, two };
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

describe('each byte of what is kept of a vault', () => {
  it('is found out when it is another one, wherever it stands: in a value, or in the key of the vault', async () => {
    const { sqlite, agent, one, vaultId, read } = await openAttack();
    const columns = [
      ['vault_fields', 'sealed', 'item_id', one.id],
      ['vaults', 'wrapped_key', 'id', vaultId],
      ['vaults', 'key_id', 'id', vaultId],
    ] as const;
    let tried = 0;
    for (const [table, column, by, id] of columns) {
      const where = `WHERE ${by} = ?`;
      const { kept } = sqlite.prepare(`SELECT ${column} AS kept FROM ${table} ${where}`).get(id) as { kept: string };
      const set = sqlite.prepare(`UPDATE ${table} SET ${column} = ? ${where} AND ${column} = ?`);
      for (const [at, character] of Array.from(kept).entries()) {
        const changed = `${kept.slice(0, at)}${character === 'a' ? 'b' : 'a'}${kept.slice(at + 1)}`;
        set.run(changed, id, kept);
        expect(codeOf(await read(agent, one.id)), `${column} ${at}`).toBe('storage_corrupt');
        set.run(kept, id, changed);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(150);
    expect(codeOf(await read(agent, one.id))).toBe('opened');
  });

  it('is gone from the file once it was rotated out, deleted, or sealed under another key', async () => {
    const { vaults, database, sqlite, ada, agent, one, two, vaultId } = await openAttack();
    const kept = (sql: string) =>
      sqlite
        .prepare(sql)
        .all()
        .map((row) => String(Object.values(row)[0]));
    const envelopes = () => [...kept('SELECT sealed FROM vault_fields'), ...kept('SELECT wrapped_key FROM vaults')];
    const inFile = (texts: readonly string[]): number => {
      sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      const bytes = readFileSync(database.path);
      return texts.filter((text) => bytes.includes(text)).length;
    };
    const first = envelopes();
    expect(inFile(first)).toBe(first.length);
    taken(await vaults.rotateItem(agent, { itemId: one.id, fields: [token('short')], now: 8 }));
    taken(await vaults.removeItem(ada, { itemId: two.id, now: 8 }));
    expect(inFile(first)).toBe(1);
    const second = envelopes();
    taken(await vaults.rekey(ada, { vaultId, now: 9 }));
    expect(inFile([...first, ...second])).toBe(0);
    const third = envelopes();
    taken(await vaults.remove(ada, { vaultId, now: 10 }));
    expect([third.length, inFile(third)]).toEqual([2, 0]);
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
