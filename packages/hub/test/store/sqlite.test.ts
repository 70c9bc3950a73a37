import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGroupCommit, openDatabase, type Database } from '@perdure/db';
import type { HubStore } from '../../src/core/ports.ts';
import { hubStoreConformance } from '../../src/store/conformance.ts';
import { createHubStore } from '../../src/store/hub-store.ts';

hubStoreConformance('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-hub-'));
  const open: Database[] = [];
  const another = async (): Promise<HubStore> => {
    const database = await openDatabase({ path: join(folder, 'perdure.db') });
    open.push(database);
    return createHubStore(database, createGroupCommit(database));
  };
  return {
    store: await another(),
    another,
    close: () => {
      for (const database of open) database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
