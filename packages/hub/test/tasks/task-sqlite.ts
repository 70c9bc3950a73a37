/** Tasks in a database of their own, for tests. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createGroupCommit, openDatabase, type Database } from '@perdure/db';
import { tempFolder } from '@perdure/testing/after-test';
import type { DurableTask } from '../../src/core/tasks/records.ts';
import type { Root } from '../../src/seal/index.ts';
import { createHubStore } from '../../src/store/hub-store.ts';
import type { TaskStoreUnderTest } from '../../src/store/tasks/conformance.ts';
import { createHubTaskStore } from '../../src/store/tasks/hub-task-store.ts';
import { createTaskTools } from '../../src/store/tasks/tools.ts';
import { createVaultStore } from '../../src/store/vault/vault-store.ts';
import { rootKey } from '../vault/root-key.ts';

export async function openTaskSqlite(): Promise<
  TaskStoreUnderTest & { readonly database: Database; readonly folder: string }
> {
  const folder = tempFolder();
  const opened: Database[] = [];
  const durable = new Map<string, DurableTask>();
  let root: Root = { kind: 'open', key: rootKey };
  const open = async () => {
    const database = await openDatabase({ path: join(folder, 'perdure.db') });
    opened.push(database);
    const deps = { group: createGroupCommit(database), root: () => root, random: randomBytes };
    const taskDeps = { ...deps, durable: (id: string) => durable.get(id) ?? missing(id) };
    const tasks = createHubTaskStore(database, taskDeps);
    return {
      database,
      hub: createHubStore(database, deps.group, createTaskTools(database, taskDeps)),
      vaults: createVaultStore(database, deps),
      tasks,
    };
  };
  return {
    ...(await open()),
    folder,
    durable,
    another: async () => (await open()).tasks,
    loseKey: () => {
      root = { kind: 'sealed', reason: 'The vaults are sealed: this is another key.' };
    },
    close: () => {
      for (const database of opened) database.close();
    },
  };
}

const missing = (taskId: string): DurableTask => ({ taskId, state: 'missing', statusLine: '', gaps: [] });
