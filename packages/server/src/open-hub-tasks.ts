/** Joins the tasks of the hub to the vaults that have their secrets, and to the durable tasks that carry them out. */

import { randomBytes } from 'node:crypto';
import type { Database, GroupCommit } from '@perdure/db';
import type { HubDeps, HubTaskDeps } from '@perdure/hub/desk';
import { createHubTaskStore, createTaskTools, type TaskTools } from '@perdure/hub/store';
import { createTaskLook } from '@perdure/tasks/store';
import type { OpenVaults } from './open-vaults.ts';

export interface HubTasksDeps {
  readonly database: Database;
  readonly group: GroupCommit;
  readonly vault: OpenVaults;
}

/** For who makes a task within a transaction of theirs. */
export function hubTaskTools(deps: HubTasksDeps): TaskTools {
  return createTaskTools(deps.database, storeDepsOf(deps));
}

/** Both, as handlers need them. */
export function withHubTasks({ hub, ...deps }: HubTasksDeps & { readonly hub: HubDeps }): {
  readonly hubTasks: HubTaskDeps;
  readonly vault: OpenVaults;
} {
  const { database, vault } = deps;
  const tasks = createHubTaskStore(database, storeDepsOf(deps));
  // By it leases end, and so do those of notes.
  return { hubTasks: { ...hub, clock: vault.clock, tasks }, vault };
}

function storeDepsOf({ database, group, vault: { clock, root } }: HubTasksDeps) {
  return { group, root, random: randomBytes, durable: createTaskLook(database, { clock }) };
}
