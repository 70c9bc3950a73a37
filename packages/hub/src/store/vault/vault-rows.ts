/** The prepared statements of vaults, who is in them and what was done. */

import type { VaultRole } from '@perdure/contract';
import type { Connection, VaultsTable } from '@perdure/db';
import type {
  AuditEntry,
  AuditRecord,
  VaultMemberRecord,
  VaultRecord,
  VaultStanding,
} from '../../core/vault/records.ts';
import type { WrappedKey } from '../../seal/index.ts';
import {
  toAudit,
  toStanding,
  toVaultMember,
  type NamedAuditRow,
  type SeenVaultRow,
  type VaultMemberRow,
} from './rows.ts';

const seen = `
  SELECT vaults.*, own.role AS own_role FROM vaults
  LEFT JOIN vault_members AS own ON own.vault_id = vaults.id AND own.principal_id = :viewer
  WHERE vaults.deleted_at IS NULL`;
const behind = `(:cursor = '' OR vaults.id < :cursor) ORDER BY vaults.id DESC LIMIT :limit`;

export class VaultRows {
  readonly #seen;
  readonly #listOwn;
  readonly #listAll;
  readonly #key;
  readonly #insert;
  readonly #setKey;
  readonly #rootKeyId;
  readonly #live;
  readonly #remove;
  readonly #members;
  readonly #member;
  readonly #owners;
  readonly #join;
  readonly #leave;
  readonly #audit;
  readonly #auditBefore;

  constructor({ sqlite }: Connection) {
    this.#seen = sqlite.prepare(`${seen} AND vaults.id = :id`);
    this.#listOwn = sqlite.prepare(`${seen} AND own.role IS NOT NULL AND ${behind}`);
    this.#listAll = sqlite.prepare(`${seen} AND ${behind}`);
    this.#key = sqlite.prepare('SELECT key_id, wrapped_key FROM vaults WHERE id = ?');
    this.#insert = sqlite.prepare(
      `INSERT INTO vaults (id, name, description, created_by, created_at, key_id, wrapped_key)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#setKey = sqlite.prepare('UPDATE vaults SET key_id = ?, wrapped_key = ? WHERE id = ?');
    this.#rootKeyId = sqlite.prepare('SELECT key_id FROM vault_root');
    this.#live = sqlite.prepare('SELECT id, key_id, wrapped_key FROM vaults WHERE deleted_at IS NULL');
    this.#remove = sqlite.prepare(`UPDATE vaults SET deleted_at = ?, wrapped_key = '' WHERE id = ?`);
    const members = `SELECT principals.*, role, joined_at FROM vault_members
      JOIN principals ON principals.id = principal_id WHERE vault_id = ?`;
    this.#members = sqlite.prepare(`${members} AND handle > ? ORDER BY handle LIMIT ?`);
    this.#member = sqlite.prepare(`${members} AND principal_id = ?`);
    this.#owners = sqlite.prepare(`SELECT count(*) AS n FROM vault_members WHERE vault_id = ? AND role = 'owner'`);
    this.#join = sqlite.prepare(
      'INSERT INTO vault_members (vault_id, principal_id, role, joined_at) VALUES (?, ?, ?, ?)',
    );
    this.#leave = sqlite.prepare('DELETE FROM vault_members WHERE vault_id = ? AND principal_id = ?');
    this.#audit = sqlite.prepare(
      `INSERT INTO vault_audit (vault_id, seq, at, action, actor_id, item_id, item_name, version, lease_id, principal_id,
         role, grantee)
       SELECT :vaultId, coalesce(max(seq), 0) + 1, :at, :action, :actorId, :itemId,
         (SELECT name FROM vault_items WHERE id = :itemId), :version, :leaseId, :principalId, :role, :grantee
       FROM vault_audit WHERE vault_id = :vaultId`,
    );
    this.#auditBefore = sqlite.prepare(
      `SELECT vault_audit.*, actors.handle AS actor_handle, others.handle AS principal_handle,
         coalesce(item_name, (SELECT name FROM vault_items WHERE id = item_id)) AS item_called
       FROM vault_audit
       LEFT JOIN principals AS actors ON actors.id = actor_id
       LEFT JOIN principals AS others ON others.id = vault_audit.principal_id
       WHERE vault_audit.vault_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
    );
  }

  standing(vaultId: string, viewer: string): VaultStanding | undefined {
    const row = this.#seen.get({ id: vaultId, viewer });
    return row && toStanding(row as unknown as SeenVaultRow);
  }

  list(
    viewer: string,
    { isAll, cursor, limit }: { readonly isAll: boolean; readonly cursor: string; readonly limit: number },
  ): readonly VaultStanding[] {
    const rows = (isAll ? this.#listAll : this.#listOwn).all({ viewer, cursor, limit });
    return rows.map((row) => toStanding(row as unknown as SeenVaultRow));
  }

  key(vaultId: string): WrappedKey | undefined {
    const row = this.#key.get(vaultId) as Pick<VaultsTable, 'key_id' | 'wrapped_key'> | undefined;
    return row && { id: row.key_id, wrapped: row.wrapped_key };
  }

  insert({ id, name, description, createdBy, createdAt }: VaultRecord, key: WrappedKey): void {
    this.#insert.run(id, name, description, createdBy, createdAt, key.id, key.wrapped);
  }

  setKey(vaultId: string, { id, wrapped }: WrappedKey): void {
    this.#setKey.run(id, wrapped, vaultId);
  }

  /** Under which root key they are sealed; undefined where that was never written down. */
  rootKeyId(): string | undefined {
    return this.#rootKeyId.get()?.['key_id'] as string | undefined;
  }

  /** All that are not deleted, with their keys. */
  live(): readonly { readonly id: string; readonly key: WrappedKey }[] {
    const rows = this.#live.all() as unknown as Pick<VaultsTable, 'id' | 'key_id' | 'wrapped_key'>[];
    return rows.map(({ id, key_id: keyId, wrapped_key: wrapped }) => ({ id, key: { id: keyId, wrapped } }));
  }

  remove(vaultId: string, now: number): void {
    this.#remove.run(now, vaultId);
  }

  membersAfter(vaultId: string, handle: string, limit: number): readonly VaultMemberRecord[] {
    return this.#members.all(vaultId, handle, limit).map((row) => toVaultMember(row as unknown as VaultMemberRow));
  }

  member(vaultId: string, principalId: string): VaultMemberRecord | undefined {
    const row = this.#member.get(vaultId, principalId);
    return row && toVaultMember(row as unknown as VaultMemberRow);
  }

  owners(vaultId: string): number {
    return Number(this.#owners.get(vaultId)?.['n']);
  }

  join(vaultId: string, principalId: string, { role, now }: { readonly role: VaultRole; readonly now: number }): void {
    this.#join.run(vaultId, principalId, role, now);
  }

  leave(vaultId: string, principalId: string): void {
    this.#leave.run(vaultId, principalId);
  }

  audit(entry: AuditEntry): void {
    const { itemId = null, version = null, leaseId = null, principalId = null, role = null } = entry;
    const { vaultId, at, action, actorId, grantee = null } = entry;
    this.#audit.run({ vaultId, at, action, actorId, itemId, version, leaseId, principalId, role, grantee });
  }

  auditBefore(vaultId: string, seq: number, limit: number): readonly AuditRecord[] {
    return this.#auditBefore.all(vaultId, seq, limit).map((row) => toAudit(row as unknown as NamedAuditRow));
  }
}
