/** The prepared statements of keys. What writes runs inside a transaction that the caller holds. */

import type { ApiKeysTable, Connection } from '@perdure/db';
import type { NewKey } from '../core/ports.ts';
import type { KeyRecord } from '../core/records.ts';
import { toKey } from './rows.ts';
import { lookupOf } from './lookup.ts';

export class KeyRows {
  readonly #byId;
  readonly #ofPrincipal;
  readonly #byLookup;
  readonly #entered;
  readonly #insert;
  readonly #revoke;
  readonly #used;

  constructor({ sqlite }: Connection) {
    this.#byId = sqlite.prepare('SELECT * FROM api_keys WHERE id = ?');
    this.#ofPrincipal = sqlite.prepare('SELECT * FROM api_keys WHERE principal_id = ? ORDER BY id DESC');
    this.#byLookup = sqlite.prepare('SELECT * FROM api_keys WHERE lookup = ?');
    this.#entered = sqlite.prepare(
      'SELECT 1 FROM api_keys WHERE principal_id = ? AND last_used_at IS NOT NULL LIMIT 1',
    );
    this.#insert = sqlite.prepare(
      `INSERT INTO api_keys (id, principal_id, label, hint, lookup, hash, created_by, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#revoke = sqlite.prepare('UPDATE api_keys SET revoked_by = ?, revoked_at = ? WHERE id = ?');
    this.#used = sqlite.prepare('UPDATE api_keys SET last_used_at = ? WHERE id = ?');
  }

  get(keyId: string): KeyRecord | undefined {
    const row = this.#byId.get(keyId);
    return row && toKey(row as unknown as ApiKeysTable);
  }

  /** Newest first. */
  of(principalId: string): readonly KeyRecord[] {
    return this.#ofPrincipal.all(principalId).map((row) => toKey(row as unknown as ApiKeysTable));
  }

  candidates(hash: string): readonly ApiKeysTable[] {
    return this.#byLookup.all(lookupOf(hash)) as unknown as readonly ApiKeysTable[];
  }

  /** Whether one of their keys was ever used. */
  hasEntered(principalId: string): boolean {
    return this.#entered.get(principalId) !== undefined;
  }

  insert(by: string, { id, principalId, label, hint, hash, now }: NewKey): void {
    this.#insert.run(id, principalId, label, hint, lookupOf(hash), hash, by, now);
  }

  revoke(by: string, keyId: string, now: number): void {
    this.#revoke.run(by, now, keyId);
  }

  used(keyId: string, now: number): void {
    this.#used.run(now, keyId);
  }
}
