/** With which root key the vaults of this database were made: its id, and never the key. */

import { type Connection, createRead, type GroupCommit, type VaultRootTable } from '@perdure/db';
import type { Principal } from '@perdure/contract';
import { refuse, type Refusal } from '../../core/refusal.ts';
import { unwrapKey, wrapKey, type RandomBytes, type SealingKey } from '../../seal/index.ts';
import { PrincipalRows } from '../principal-store.ts';
import { VaultRows } from './vault-rows.ts';
import { wiping } from './wipe.ts';

export interface RootRecord {
  readonly keyId: string;
  /** Of a key that is made of a passphrase. */
  readonly salt: Buffer;
}

/** While there is a vault, another key would open nothing. */
const isUsed = 'EXISTS (SELECT 1 FROM vaults WHERE deleted_at IS NULL)';

export interface RootStore {
  /** Undefined while there is no vault. */
  get(): Promise<RootRecord | undefined>;
  /** With which vaults are made from now on, unless there are some: then that one is answered with which they were. */
  adopt(made: RootRecord & { readonly now: number }): Promise<RootRecord>;
  /** Seals the keys of all vaults under another root key: at once, or not at all. */
  rewrap(change: Rewrap): Promise<{ readonly kind: 'rewrapped'; readonly vaults: number } | Refusal>;
}

export interface Rewrap {
  readonly from: SealingKey;
  readonly to: SealingKey;
  /** Absent: whoever owns the state root, who has put another key where the last one was. */
  readonly by?: Principal;
  readonly random: RandomBytes;
  readonly now: number;
}

const changedMeanwhile = refuse(
  'conflict',
  'Another root key has taken the place of this one meanwhile, so nothing was changed; start Perdure again, then try again.',
);

export function createRootStore(database: Connection, group: GroupCommit): RootStore {
  const { sqlite } = database;
  const select = sqlite.prepare(`SELECT * FROM vault_root WHERE ${isUsed}`);
  const insert = sqlite.prepare(
    `INSERT INTO vault_root (one, key_id, salt, created_at) VALUES (1, ?, ?, ?)
     ON CONFLICT (one) DO UPDATE SET key_id = excluded.key_id, salt = excluded.salt WHERE NOT ${isUsed}`,
  );
  const setKey = sqlite.prepare('UPDATE vault_root SET key_id = ? WHERE one = 1');
  const vaults = new VaultRows(database);
  const principals = new PrincipalRows(database);
  const read = createRead(database);
  const kept = sqlite.prepare('SELECT * FROM vault_root');
  const get = (statement = select): RootRecord | undefined => {
    const row = statement.get() as unknown as VaultRootTable | undefined;
    return row && { keyId: row.key_id, salt: Buffer.from(row.salt, 'base64url') };
  };
  return {
    get: () => read(() => get()),
    adopt: ({ keyId, salt, now }) =>
      group.run(() => {
        insert.run(keyId, salt.toString('base64url'), now);
        return get(kept) as RootRecord;
      }),
    rewrap: ({ from, to, by = principals.owner(), random, now }) =>
      group.run(() =>
        wiping(database, () => {
          if (get(kept)?.keyId !== from.id || by === undefined) return changedMeanwhile;
          const live = vaults.live();
          for (const { id, key } of live) {
            const unwrapped = unwrapKey(from, id, key);
            if (unwrapped === undefined) return damagedVault(id);
            vaults.setKey(id, wrapKey(to, id, { key: unwrapped, random }));
            vaults.audit({ vaultId: id, at: now, action: 'root.rotated', actorId: by.id });
          }
          setKey.run(to.id);
          return { kind: 'rewrapped', vaults: live.length } as const;
        }),
      ),
  };
}

const damagedVault = (vaultId: string): Refusal =>
  refuse(
    'storage_corrupt',
    `The key of vault ${vaultId} was changed in the database by something else than Perdure, so the root key stays as it is; ` +
      'delete that vault, or restore the database from a backup.',
    { vaultId },
  );
