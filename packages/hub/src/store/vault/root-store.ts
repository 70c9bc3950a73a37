/** With which root key the vaults of this database were made: its id, and never the key. */

import { type Connection, createRead, type GroupCommit, type VaultRootTable } from '@perdure/db';

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
}

export function createRootStore(database: Connection, group: GroupCommit): RootStore {
  const { sqlite } = database;
  const select = sqlite.prepare(`SELECT * FROM vault_root WHERE ${isUsed}`);
  const insert = sqlite.prepare(
    `INSERT INTO vault_root (one, key_id, salt, created_at) VALUES (1, ?, ?, ?)
     ON CONFLICT (one) DO UPDATE SET key_id = excluded.key_id, salt = excluded.salt WHERE NOT ${isUsed}`,
  );
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
  };
}
