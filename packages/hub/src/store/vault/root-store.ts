/** With which root key the vaults of this database were made: its id, and never the key. */

import type { Connection, GroupCommit, VaultRootTable } from '@perdure/db';
import { createRead } from '../read.ts';

export interface RootRecord {
  readonly keyId: string;
  /** Of a key that is made of a passphrase. */
  readonly salt: Buffer;
}

export interface RootStore {
  get(): Promise<RootRecord | undefined>;
  /** Whose it is from now on, unless there was one before: that one is answered. */
  adopt(made: RootRecord & { readonly now: number }): Promise<RootRecord>;
}

export function createRootStore(database: Connection, group: GroupCommit): RootStore {
  const { sqlite } = database;
  const select = sqlite.prepare('SELECT * FROM vault_root WHERE one = 1');
  const insert = sqlite.prepare(
    'INSERT INTO vault_root (one, key_id, salt, created_at) VALUES (1, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const read = createRead(database);
  const get = (): RootRecord | undefined => {
    const row = select.get() as unknown as VaultRootTable | undefined;
    return row && { keyId: row.key_id, salt: Buffer.from(row.salt, 'base64url') };
  };
  return {
    get: () => read(get),
    adopt: ({ keyId, salt, now }) =>
      group.run(() => {
        insert.run(keyId, salt.toString('base64url'), now);
        return get() as RootRecord;
      }),
  };
}
