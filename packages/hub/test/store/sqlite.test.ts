import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGroupCommit, openDatabase, type Database } from '@perdure/db';
import { hubStoreConformance } from '../../src/store/conformance.ts';
import { createDriveStore } from '../../src/store/drive/drive-store.ts';
import { createHubStore } from '../../src/store/hub-store.ts';

hubStoreConformance('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-hub-'));
  const open: Database[] = [];
  const openStores = async () => {
    const database = await openDatabase({ path: join(folder, 'perdure.db') });
    open.push(database);
    const group = createGroupCommit(database);
    return { store: createHubStore(database, group), drive: createDriveStore(database, group) };
  };
  return {
    ...(await openStores()),
    another: async () => (await openStores()).store,
    close: () => {
      for (const database of open) database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
