import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGroupCommit, openDatabase, type Database } from '@perdure/db';
import { fleetStoreConformance } from '../../src/store/conformance.ts';
import { createFleetStore } from '../../src/store/fleet-store.ts';

fleetStoreConformance('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-fleet-'));
  const open: Database[] = [];
  const openStore = async () => {
    const database = await openDatabase({ path: join(folder, 'perdure.db') });
    open.push(database);
    return createFleetStore(database, createGroupCommit(database));
  };
  return {
    store: await openStore(),
    another: openStore,
    close: () => {
      for (const database of open) database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
