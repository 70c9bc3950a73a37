/** Tasks as the hub keeps them. Times are milliseconds since the epoch. */

import type { HubActivityType, HubTaskStatus, HubTask, Principal } from '@perdure/contract';

export interface TaskRecord {
  readonly id: string;
  readonly title: string;
  readonly status: HubTaskStatus;
  readonly createdBy: string;
  readonly assigneeId?: string;
  /** With a reference in the place of each secret. */
  readonly notes: string;
  /** Where its secrets are, or were. */
  readonly vaultId?: string;
  /** Absent once they are gone. */
  readonly itemId?: string;
  readonly durableTaskId?: string;
  /** By which its creator knows a repeated creation again. */
  readonly clientKey?: string;
  readonly activitySeq: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly closedAt?: number;
}

export type Person = Pick<Principal, 'id' | 'kind' | 'handle' | 'displayName'>;

/** A durable task, as the ledger tells of it. */
export interface DurableTask {
  readonly taskId: string;
  readonly state: NonNullable<HubTask['durable']>['state'];
  readonly statusLine: string;
  /** What is missing for its completion: clauses for a sentence. */
  readonly gaps: readonly string[];
}

/** Asked inside of transactions: what it answers is what stands there in that moment. */
export type LookAtDurable = (taskId: string) => DurableTask;

/** A task with what is shown with it. */
export interface StoredTask {
  readonly task: TaskRecord;
  readonly creator: Person;
  readonly assignee?: Person;
  readonly durable?: DurableTask;
}

/** What is told; its number is given by the store. */
export interface ActivityEntry {
  readonly id: string;
  readonly type: HubActivityType;
  readonly message: string;
  readonly from?: HubTaskStatus;
  readonly to?: HubTaskStatus;
}

export interface ActivityRecord extends ActivityEntry {
  readonly taskId: string;
  readonly seq: number;
  readonly author: Person;
  readonly at: number;
}
