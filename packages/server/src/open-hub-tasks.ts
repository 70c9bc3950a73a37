/** Joins the tasks of the hub to the vaults that have their secrets, and to the durable tasks that carry them out. */

import { randomBytes } from 'node:crypto';
import type { Database, GroupCommit } from '@perdure/db';
import type { HubDeps, HubTaskDeps } from '@perdure/hub/desk';
import { createHubTaskStore } from '@perdure/hub/store';
import { createTaskLook } from '@perdure/tasks/store';
import type { OpenVaults } from './open-vaults.ts';

export interface OpenHubTasksDeps {
  readonly database: Database;
  readonly group: GroupCommit;
  readonly hub: HubDeps;
  readonly vault: OpenVaults;
}

/** Both, as handlers need them. */
export function withHubTasks({ database, group, hub, vault }: OpenHubTasksDeps): {
  readonly hubTasks: HubTaskDeps;
  readonly vault: OpenVaults;
} {
  // By which leases end, and so do those of notes.
  const { clock } = vault;
  const durable = createTaskLook(database, { clock });
  const tasks = createHubTaskStore(database, { group, root: vault.root, random: randomBytes, durable });
  return { hubTasks: { ...hub, clock, tasks }, vault };
}
