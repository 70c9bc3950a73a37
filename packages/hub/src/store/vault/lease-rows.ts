/** The prepared statements of leases. */

import type { Connection, VaultLeasesTable } from '@perdure/db';
import type { LeaseRecord } from '../../core/vault/records.ts';
import { toLease } from './rows.ts';

export class LeaseRows {
  readonly #byId;
  readonly #newest;
  readonly #before;
  readonly #open;
  readonly #insert;
  readonly #decide;
  readonly #use;
  readonly #lent;

  constructor({ sqlite }: Connection) {
    this.#byId = sqlite.prepare('SELECT * FROM vault_leases WHERE id = ?');
    this.#newest = sqlite.prepare(
      'SELECT * FROM vault_leases WHERE principal_id = ? AND item_id = ? ORDER BY id DESC LIMIT 1',
    );
    this.#before = sqlite.prepare(
      `SELECT * FROM vault_leases WHERE (:cursor = '' OR id < :cursor)
       AND (:isAll = 1 OR principal_id = :viewer OR vault_id IN (
         SELECT vault_id FROM vault_members WHERE principal_id = :viewer AND role IN ('owner', 'admin')))
       ORDER BY id DESC LIMIT :limit`,
    );
    this.#open = sqlite.prepare(
      `SELECT * FROM vault_leases WHERE vault_id = ? AND principal_id = ? AND (decision IS NULL OR decision = 'approved')
       AND coalesce(expires_at, ?) >= ?`,
    );
    this.#insert = sqlite.prepare(
      `INSERT INTO vault_leases (id, vault_id, item_id, principal_id, reason, ttl_ms, requested_at, uses, grantee)
       VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)`,
    );
    this.#decide = sqlite.prepare(
      'UPDATE vault_leases SET decision = ?, decided_by = ?, decided_at = ?, expires_at = ? WHERE id = ?',
    );
    this.#lent = sqlite.prepare(
      `SELECT * FROM vault_leases WHERE grantee IS NOT NULL AND expires_at > ? AND decision = 'approved'`,
    );
    this.#use = sqlite.prepare('UPDATE vault_leases SET uses = uses + 1, last_used_at = ? WHERE id = ?');
  }

  get(leaseId: string): LeaseRecord | undefined {
    const row = this.#byId.get(leaseId);
    return row && toLease(row as unknown as VaultLeasesTable);
  }

  /** The one that somebody asked for last. */
  newest(principalId: string, itemId: string): LeaseRecord | undefined {
    const row = this.#newest.get(principalId, itemId);
    return row && toLease(row as unknown as VaultLeasesTable);
  }

  /** `isAll`: also those they have no part in. */
  before(
    viewer: string,
    { isAll, cursor, limit }: { readonly isAll: boolean; readonly cursor: string; readonly limit: number },
  ): readonly LeaseRecord[] {
    const rows = this.#before.all({ viewer, cursor, limit, isAll: isAll ? 1 : 0 });
    return rows.map((row) => toLease(row as unknown as VaultLeasesTable));
  }

  /** Of somebody in a vault, those that may give something yet. */
  open(vaultId: string, principalId: string, now: number): readonly LeaseRecord[] {
    return this.#open.all(vaultId, principalId, now, now).map((row) => toLease(row as unknown as VaultLeasesTable));
  }

  insert({ id, vaultId, itemId, principalId, reason, ttlMs, requestedAt, grantee }: LeaseRecord): void {
    this.#insert.run(id, vaultId, itemId, principalId, reason, ttlMs, requestedAt, grantee ?? null);
  }

  decide({ id, decision, decidedBy, decidedAt, expiresAt }: LeaseRecord): void {
    this.#decide.run(decision ?? null, decidedBy ?? null, decidedAt ?? null, expiresAt ?? null, id);
  }

  /** Those that were lent and last still. */
  lent(now: number): readonly LeaseRecord[] {
    return this.#lent.all(now).map((row) => toLease(row as unknown as VaultLeasesTable));
  }

  use(leaseId: string, now: number): void {
    this.#use.run(now, leaseId);
  }
}
