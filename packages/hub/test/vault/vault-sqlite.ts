/** Vaults in a database of their own, for tests. */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGroupCommit, openDatabase, type Database } from '@perdure/db';
import type { Root } from '../../src/seal/index.ts';
import { createHubStore } from '../../src/store/hub-store.ts';
import type { VaultStoreUnderTest } from '../../src/store/vault/conformance.ts';
import { createVaultStore } from '../../src/store/vault/vault-store.ts';
import { rootKey } from './root-key.ts';

export async function openVaultSqlite(): Promise<
  VaultStoreUnderTest & { readonly database: Database; readonly folder: string }
> {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-vault-'));
  const opened: Database[] = [];
  let root: Root = { kind: 'open', key: rootKey };
  const open = async () => {
    const database = await openDatabase({ path: join(folder, 'perdure.db') });
    opened.push(database);
    const group = createGroupCommit(database);
    const vaults = createVaultStore(database, { group, root: () => root, random: randomBytes });
    return { database, hub: createHubStore(database, group), vaults };
  };
  return {
    ...(await open()),
    folder,
    another: async () => (await open()).vaults,
    loseKey: () => {
      root = { kind: 'sealed', reason: 'The vaults are sealed: this is another key.' };
    },
    close: () => {
      for (const database of opened) database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
