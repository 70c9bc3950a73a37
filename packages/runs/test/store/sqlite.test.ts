import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGroupCommit, openDatabase, type Database } from '@perdure/db';
import { storeConformance, type StoreHandle, type StoreUnderTest } from '../../src/store/conformance.ts';
import { createRunIntake } from '../../src/store/run-intake.ts';
import { createRunJournal } from '../../src/store/run-journal.ts';
import { createRunReader } from '../../src/store/run-reader.ts';
import { createSweepStore } from '../../src/store/sweep-store.ts';
import { createWaitReader } from '../../src/store/wait-reader.ts';

/** One connection with a group commit of its own, as each process has them. */
function handleOn(database: Database, clock: () => number): StoreHandle {
  const group = createGroupCommit(database);
  return {
    journal: createRunJournal(database, group),
    intake: createRunIntake(database, group),
    sweep: createSweepStore(database),
    reader: createRunReader(database),
    waits: createWaitReader(database, clock),
  };
}

async function openSqlite(clock: () => number): Promise<StoreUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-store-'));
  const open: Database[] = [];
  const another = async (): Promise<StoreHandle> => {
    const database = await openDatabase({ path: join(folder, 'perdure.db') });
    open.push(database);
    return handleOn(database, clock);
  };
  const first = await another();
  return {
    ...first,
    another,
    setOutage: async (model, outage) => {
      const { sqlite } = open[0] ?? (await openDatabase({ path: join(folder, 'perdure.db') }));
      sqlite.prepare('DELETE FROM model_outages WHERE model = ?').run(model);
      if (outage === undefined) return;
      sqlite
        .prepare('INSERT INTO model_outages (model, since, next_at, tries, reason) VALUES (?, ?, ?, 1, ?)')
        .run(model, outage.since, outage.nextAt, outage.reason);
    },
    close: async () => {
      for (const database of open) database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

storeConformance('SQLite', openSqlite);
