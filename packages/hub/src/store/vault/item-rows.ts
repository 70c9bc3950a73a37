/** The prepared statements of items and of what their fields hold, sealed. */

import type { Connection, VaultFieldsTable, VaultItemsTable } from '@perdure/db';
import type { NewItem } from '../../core/vault/decide-item.ts';
import type { ItemFilter } from '../../core/vault/ports.ts';
import type { ItemRecord } from '../../core/vault/records.ts';
import { toItem } from './rows.ts';

export type SealedField = Omit<VaultFieldsTable, 'item_id' | 'position'>;

export class ItemRows {
  readonly #byId;
  readonly #byName;
  readonly #after;
  readonly #ofVault;
  readonly #fields;
  readonly #newest;
  readonly #insert;
  readonly #setVersion;
  readonly #remove;
  readonly #insertField;
  readonly #setSealed;
  readonly #removeFields;

  constructor({ sqlite }: Connection) {
    this.#byId = sqlite.prepare('SELECT * FROM vault_items WHERE id = ?');
    this.#byName = sqlite.prepare('SELECT 1 FROM vault_items WHERE vault_id = ? AND name = ?');
    this.#after = sqlite.prepare(
      `SELECT * FROM vault_items WHERE vault_id = :vaultId AND name > :cursor
       AND (:type = '' OR type = :type) AND instr(lower(name), lower(:q)) > 0 ORDER BY name LIMIT :limit`,
    );
    this.#ofVault = sqlite.prepare('SELECT * FROM vault_items WHERE vault_id = ?');
    this.#fields = sqlite.prepare('SELECT * FROM vault_fields WHERE item_id = ? ORDER BY position');
    this.#newest = sqlite.prepare('SELECT max(version) AS version FROM vault_audit WHERE item_id = ?');
    this.#insert = sqlite.prepare(
      `INSERT INTO vault_items (id, vault_id, name, type, needs_approval, version, created_by, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)`,
    );
    this.#setVersion = sqlite.prepare('UPDATE vault_items SET version = ?, updated_at = ? WHERE id = ?');
    this.#remove = sqlite.prepare('DELETE FROM vault_items WHERE id = ?');
    this.#insertField = sqlite.prepare(
      `INSERT INTO vault_fields (item_id, position, key, type, hint, version, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#setSealed = sqlite.prepare('UPDATE vault_fields SET sealed = ? WHERE item_id = ? AND key = ?');
    this.#removeFields = sqlite.prepare('DELETE FROM vault_fields WHERE item_id = ?');
  }

  get(itemId: string): ItemRecord | undefined {
    const row = this.#byId.get(itemId);
    return row && this.#whole(row as unknown as VaultItemsTable);
  }

  isTaken(vaultId: string, name: string): boolean {
    return this.#byName.get(vaultId, name) !== undefined;
  }

  after(
    vaultId: string,
    { q = '', type = '', cursor, limit }: ItemFilter & { readonly cursor: string; readonly limit: number },
  ): readonly ItemRecord[] {
    const rows = this.#after.all({ vaultId, cursor, type, q, limit });
    return rows.map((row) => this.#whole(row as unknown as VaultItemsTable));
  }

  ofVault(vaultId: string): readonly ItemRecord[] {
    return this.#ofVault.all(vaultId).map((row) => this.#whole(row as unknown as VaultItemsTable));
  }

  fields(itemId: string): readonly VaultFieldsTable[] {
    return this.#fields.all(itemId) as unknown as readonly VaultFieldsTable[];
  }

  /** Of all that was ever done with it: a row that was put back to an older version is known by this. */
  newestVersion(itemId: string): number {
    return Number(this.#newest.get(itemId)?.['version']);
  }

  insert({ id, vaultId, name, type, needsApproval, now }: NewItem, createdBy: string): void {
    this.#insert.run(id, vaultId, name, type, needsApproval ? 1 : 0, createdBy, now, now);
  }

  setVersion(itemId: string, version: number, now: number): void {
    this.#setVersion.run(version, now, itemId);
  }

  setFields(itemId: string, fields: readonly SealedField[]): void {
    this.#removeFields.run(itemId);
    for (const [position, { key, type, hint, version, sealed }] of fields.entries()) {
      this.#insertField.run(itemId, position, key, type, hint, version, sealed);
    }
  }

  setSealed(itemId: string, key: string, sealed: string): void {
    this.#setSealed.run(sealed, itemId, key);
  }

  remove(itemId: string): void {
    this.#removeFields.run(itemId);
    this.#remove.run(itemId);
  }

  #whole(row: VaultItemsTable): ItemRecord {
    return toItem(row, this.fields(row.id));
  }
}
