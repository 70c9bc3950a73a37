/** The tables of the tasks of the hub. */

import type { HubActivityType, HubTaskStatus } from '@perdure/contract';

/** What somebody of the hub is to do. */
export interface HubTasksTable {
  id: string;
  title: string;
  status: HubTaskStatus;
  created_by: string;
  assignee_id: string | null;
  /** With a reference in the place of each secret. */
  notes: string;
  /** Where its secrets are, or were. */
  vault_id: string | null;
  /** Null once they are gone. */
  item_id: string | null;
  /** Of `tasks`: the one that carries it out. */
  durable_task_id: string | null;
  client_key: string | null;
  activity_seq: number;
  created_at: number;
  updated_at: number;
  closed_at: number | null;
}

export interface HubActivityTable {
  task_id: string;
  /** From 1 in each task, without gaps. */
  seq: number;
  id: string;
  type: HubActivityType;
  message: string;
  author_id: string;
  from_status: HubTaskStatus | null;
  to_status: HubTaskStatus | null;
  at: number;
}
