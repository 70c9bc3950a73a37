/** Keys in SQLite: their hashes, never the keys. */

import { type ApiKeysTable, type Connection, createRead, type GroupCommit } from '@perdure/db';
import { noted, unchanged } from '../core/audit.ts';
import { decideOnPrincipal, decideRevoke } from '../core/decide-principal.ts';
import type { FoundKey, KeyStore } from '../core/ports.ts';
import type { KeyRecord } from '../core/records.ts';
import type { Manage } from './audit-store.ts';
import { PrincipalRows } from './principal-store.ts';
import { toKey } from './rows.ts';

/** Hexadecimal digits of a hash by which keys are looked up: the search in an index must tell nothing of the rest. */
const lookupDigits = 16;
const lookupOf = (hash: string): string => hash.slice(0, lookupDigits);

export function createKeyStore(
  database: Connection,
  { group, manage }: { readonly group: GroupCommit; readonly manage: Manage },
): KeyStore {
  const { sqlite } = database;
  const principals = new PrincipalRows(database);
  const byId = sqlite.prepare('SELECT * FROM api_keys WHERE id = ?');
  const ofPrincipal = sqlite.prepare('SELECT * FROM api_keys WHERE principal_id = ? ORDER BY id DESC');
  const byLookup = sqlite.prepare('SELECT * FROM api_keys WHERE lookup = ?');
  const insert = sqlite.prepare(
    `INSERT INTO api_keys (id, principal_id, label, hint, lookup, hash, created_by, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const revoke = sqlite.prepare('UPDATE api_keys SET revoked_by = ?, revoked_at = ? WHERE id = ?');
  const used = sqlite.prepare('UPDATE api_keys SET last_used_at = ? WHERE id = ?');
  const read = createRead(database);
  const get = (keyId: string): KeyRecord | undefined => {
    const row = byId.get(keyId);
    return row && toKey(row as unknown as ApiKeysTable);
  };
  const found = (row: ApiKeysTable): readonly FoundKey[] => {
    const principal = principals.get(row.principal_id);
    return principal === undefined ? [] : [{ key: toKey(row), principal, hash: row.hash }];
  };

  return {
    create: (by, { id, principalId, label, hint, hash, now }) =>
      manage({ id: by.id, now }, () => {
        const decision = decideOnPrincipal(by, principalId, { principal: principals.get(principalId) });
        if (decision.kind === 'refused') return decision;
        insert.run(id, principalId, label, hint, lookupOf(hash), hash, by.id, now);
        const outcome = { kind: 'created', key: get(id) as KeyRecord } as const;
        return noted(outcome, { action: 'key.created', principalId, keyId: id, detail: { label } });
      }),
    revoke: (by, { keyId, now }) =>
      manage({ id: by.id, now }, () => {
        const decision = decideRevoke(by, keyId, { key: get(keyId) });
        if (decision.kind === 'refused') return decision;
        const { key } = decision;
        if (decision.kind === 'same') return unchanged({ kind: 'same', key } as const);
        revoke.run(by.id, now, keyId);
        const { principalId, label } = key;
        const outcome = { kind: 'revoked', key: get(keyId) as KeyRecord } as const;
        return noted(outcome, { action: 'key.revoked', principalId, keyId, detail: { label } });
      }),
    list: (principalId) => read(() => ofPrincipal.all(principalId).map((row) => toKey(row as unknown as ApiKeysTable))),
    candidates: (hash) =>
      read(() => byLookup.all(lookupOf(hash)).flatMap((row) => found(row as unknown as ApiKeysTable))),
    used: async (keyId, now) => {
      await group.run(() => used.run(now, keyId));
    },
  };
}
