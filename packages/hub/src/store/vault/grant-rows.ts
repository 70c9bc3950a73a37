/** The prepared statements of grants. */

import type { Grantee } from '@perdure/contract';
import type { Connection, VaultGrantsTable } from '@perdure/db';
import type { GrantRecord } from '../../core/vault/records.ts';

export class GrantRows {
  readonly #byId;
  readonly #to;
  readonly #before;
  readonly #put;
  readonly #remove;
  readonly #removeOf;

  constructor({ sqlite }: Connection) {
    this.#byId = sqlite.prepare('SELECT * FROM vault_grants WHERE id = ?');
    this.#to = sqlite.prepare('SELECT * FROM vault_grants WHERE kind = ? AND name = ? ORDER BY id');
    this.#before = sqlite.prepare(
      `SELECT * FROM vault_grants WHERE (:cursor = '' OR id < :cursor)
       AND (:isAll = 1 OR vault_id IN (
         SELECT vault_id FROM vault_members WHERE principal_id = :viewer AND role IN ('owner', 'admin')))
       ORDER BY id DESC LIMIT :limit`,
    );
    this.#put = sqlite.prepare(
      `INSERT INTO vault_grants (id, vault_id, item_id, kind, name, fingerprint, granted_by, granted_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (kind, name, item_id) DO UPDATE SET
         fingerprint = excluded.fingerprint, granted_by = excluded.granted_by, granted_at = excluded.granted_at
       RETURNING *`,
    );
    this.#remove = sqlite.prepare('DELETE FROM vault_grants WHERE id = ?');
    this.#removeOf = sqlite.prepare('DELETE FROM vault_grants WHERE item_id = ?');
  }

  get(grantId: string): GrantRecord | undefined {
    const row = this.#byId.get(grantId);
    return row && toGrant(row as unknown as VaultGrantsTable);
  }

  to({ kind, name }: Grantee): readonly GrantRecord[] {
    return this.#to.all(kind, name).map((row) => toGrant(row as unknown as VaultGrantsTable));
  }

  before(
    viewer: string,
    { isAll, cursor, limit }: { readonly isAll: boolean; readonly cursor: string; readonly limit: number },
  ): readonly GrantRecord[] {
    const rows = this.#before.all({ viewer, cursor, limit, isAll: isAll ? 1 : 0 });
    return rows.map((row) => toGrant(row as unknown as VaultGrantsTable));
  }

  /** As it is now: what was granted to the same before keeps its id. */
  put({ id, vaultId, itemId, grantee, fingerprint, grantedBy, grantedAt }: GrantRecord): GrantRecord {
    const { kind, name } = grantee;
    const row = this.#put.get(id, vaultId, itemId, kind, name, fingerprint, grantedBy, grantedAt);
    return toGrant(row as unknown as VaultGrantsTable);
  }

  remove(grantId: string): void {
    this.#remove.run(grantId);
  }

  /** What was granted of an item that is gone. */
  removeOf(itemId: string): void {
    this.#removeOf.run(itemId);
  }
}

function toGrant(row: VaultGrantsTable): GrantRecord {
  return {
    id: row.id,
    vaultId: row.vault_id,
    itemId: row.item_id,
    grantee: { kind: row.kind, name: row.name },
    fingerprint: row.fingerprint,
    grantedBy: row.granted_by,
    grantedAt: row.granted_at,
  };
}
