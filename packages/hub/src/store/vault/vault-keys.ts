/** The keys of vaults, and what is sealed under them. Nothing of it is kept in memory from one call to the next. */

import { refuse, type Refusal } from '../../core/refusal.ts';
import { hintOf } from '../../core/vault/decide-item.ts';
import type { ItemRecord, PlainField } from '../../core/vault/records.ts';
import {
  newVaultKey,
  openField,
  sealField,
  unwrapKey,
  type FieldPlace,
  type RandomBytes,
  type Root,
  type SealingKey,
  type WrappedKey,
} from '../../seal/index.ts';
import type { ItemRows, SealedField } from './item-rows.ts';
import type { VaultRows } from './vault-rows.ts';

/**
 * The root key of an id; undefined: whichever there is. The id is asked of the database in each transaction, for while
 * one key takes the place of another there are two, and what is sealed under the one that went would be lost.
 */
export type RootOf = (keyId: string | undefined) => Root;

export interface VaultKeyDeps {
  readonly vaults: VaultRows;
  readonly items: ItemRows;
  readonly root: RootOf;
  readonly random: RandomBytes;
}

type OfItem = Pick<FieldPlace, 'vaultId' | 'itemId' | 'version'>;

export const damaged = refuse(
  'storage_corrupt',
  'What this vault holds was changed in the database by something else than Perdure, so nothing of it is given; ' +
    'rotate the item, or restore the database from a backup.',
);

export class VaultKeys {
  readonly #deps;

  constructor(deps: VaultKeyDeps) {
    this.#deps = deps;
  }

  /** Why nothing can be opened now; undefined: it can. */
  sealed(): Refusal | undefined {
    const root = this.#root();
    return root.kind === 'sealed' ? refuse('vault_sealed', root.reason) : undefined;
  }

  /** For a new vault. */
  make(vaultId: string): { readonly kind: 'made'; readonly key: SealingKey; readonly kept: WrappedKey } | Refusal {
    const root = this.#root();
    if (root.kind === 'sealed') return refuse('vault_sealed', root.reason);
    return { kind: 'made', ...newVaultKey(root.key, vaultId, this.#deps.random) };
  }

  seal(
    of: OfItem,
    fields: readonly PlainField[],
  ): { readonly kind: 'sealed'; readonly fields: readonly SealedField[] } | Refusal {
    const found = this.#keyOf(of.vaultId);
    if (found.kind === 'refused') return found;
    const { random } = this.#deps;
    const keys = fields.map(({ key }) => key);
    const sealed = fields.map(({ key, type, value }) => ({
      key,
      type,
      hint: hintOf(value),
      version: of.version,
      sealed: sealField(found.key, value, { place: { ...of, key, keys }, random }),
    }));
    return { kind: 'sealed', fields: sealed };
  }

  /** `newest`: the version that it had last. */
  open(
    { id: itemId, vaultId, version }: ItemRecord,
    newest: number,
  ): { readonly kind: 'opened'; readonly fields: Readonly<Record<string, string>> } | Refusal {
    const found = this.#keyOf(vaultId);
    if (found.kind === 'refused') return found;
    if (version !== newest) return damaged;
    const rows = this.#deps.items.fields(itemId);
    const keys = rows.map(({ key }) => key);
    const opened: Record<string, string> = {};
    for (const { key, sealed } of rows) {
      const value = openField(found.key, sealed, { vaultId, itemId, version, key, keys });
      if (value === undefined) return damaged;
      opened[key] = value;
    }
    return rows.length === 0 ? damaged : { kind: 'opened', fields: opened };
  }

  /** Gives a vault a new key and seals all of it again; undefined: done. The old key opens nothing that is kept. */
  rekey(vaultId: string): Refusal | undefined {
    const [old, made] = [this.#keyOf(vaultId), this.make(vaultId)];
    if (old.kind === 'refused') return old;
    if (made.kind === 'refused') return made;
    const { items, vaults, random } = this.#deps;
    for (const { id: itemId, version } of items.ofVault(vaultId)) {
      const rows = items.fields(itemId);
      const keys = rows.map(({ key }) => key);
      for (const { key, sealed } of rows) {
        const place = { vaultId, itemId, version, key, keys };
        const value = openField(old.key, sealed, place);
        if (value === undefined) return damaged;
        items.setSealed(itemId, key, sealField(made.key, value, { place, random }));
      }
    }
    vaults.setKey(vaultId, made.kept);
    return undefined;
  }

  #root(): Root {
    return this.#deps.root(this.#deps.vaults.rootKeyId());
  }

  #keyOf(vaultId: string): { readonly kind: 'key'; readonly key: SealingKey } | Refusal {
    const root = this.#root();
    if (root.kind === 'sealed') return refuse('vault_sealed', root.reason);
    const kept = this.#deps.vaults.key(vaultId);
    const key = kept && unwrapKey(root.key, vaultId, kept);
    return key === undefined ? damaged : { kind: 'key', key };
  }
}
