/** Keys in SQLite: their hashes, never the keys. */

import { type ApiKeysTable, type Connection, createRead, type GroupCommit } from '@perdure/db';
import { noted, unchanged } from '../core/audit.ts';
import { decideOnPrincipal, decideRevoke } from '../core/decide-principal.ts';
import type { FoundKey, KeyStore } from '../core/ports.ts';
import type { KeyRecord } from '../core/records.ts';
import type { Manage } from './audit-store.ts';
import { MemberRows } from './family/member-rows.ts';
import { KeyRows } from './key-rows.ts';
import { PrincipalRows } from './principal-store.ts';
import { toKey } from './rows.ts';

export function createKeyStore(
  database: Connection,
  { group, manage }: { readonly group: GroupCommit; readonly manage: Manage },
): KeyStore {
  const rows = new KeyRows(database);
  const principals = new PrincipalRows(database);
  const families = new MemberRows(database);
  const read = createRead(database);
  const found = (row: ApiKeysTable): readonly FoundKey[] => {
    const principal = principals.get(row.principal_id);
    return principal === undefined ? [] : [{ key: toKey(row), principal, hash: row.hash }];
  };

  return {
    create: (by, made) =>
      manage({ id: by.id, now: made.now }, () => {
        const { id: keyId, principalId, label } = made;
        const decision = decideOnPrincipal(by, 'keys.create', {
          principalId,
          principal: principals.get(principalId),
          membership: families.membership(principalId),
          hasEntered: rows.hasEntered(principalId),
        });
        if (decision.kind === 'refused') return decision;
        rows.insert(by.id, made);
        const outcome = { kind: 'created', key: rows.get(keyId) as KeyRecord } as const;
        return noted(outcome, { action: 'key.created', principalId, keyId, detail: { label } });
      }),
    revoke: (by, { keyId, now }) =>
      manage({ id: by.id, now }, () => {
        const found = rows.get(keyId);
        const membership = found && families.membership(found.principalId);
        const decision = decideRevoke(by, keyId, { key: found, membership });
        if (decision.kind === 'refused') return decision;
        const { key } = decision;
        if (decision.kind === 'same') return unchanged({ kind: 'same', key });
        rows.revoke(by.id, keyId, now);
        const { principalId, label } = key;
        const outcome = { kind: 'revoked', key: rows.get(keyId) as KeyRecord } as const;
        return noted(outcome, { action: 'key.revoked', principalId, keyId, detail: { label } });
      }),
    list: (principalId) => read(() => rows.of(principalId)),
    candidates: (hash) => read(() => rows.candidates(hash).flatMap(found)),
    used: async (keyId, now) => {
      await group.run(() => rows.used(keyId, now));
    },
  };
}
