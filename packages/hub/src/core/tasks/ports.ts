/** What the tasks need of a store: as `core/ports.ts`, with secrets that are kept in vaults (V1, V2). */

import type { HubTaskStatus, Principal } from '@perdure/contract';
import type { Page, PageRequest } from '../ports.ts';
import type { Refusal } from '../refusal.ts';
import type { ChangeTask, CreateTask } from './decide-task.ts';
import type { ActivityEntry, ActivityRecord, StoredTask } from './records.ts';

export type CreateTaskOutcome = { readonly kind: 'created' | 'repeated'; readonly stored: StoredTask } | Refusal;

export type ChangeTaskOutcome =
  | {
      readonly kind: 'changed';
      readonly stored: StoredTask;
      readonly told: readonly ActivityRecord[];
      /** Who had it to do before, and has not now. */
      readonly formerId?: string;
    }
  | { readonly kind: 'same'; readonly stored: StoredTask }
  | Refusal;

export type ReadTaskOutcome =
  | {
      readonly kind: 'task';
      readonly stored: StoredTask;
      /** The notes with their secrets; absent where none are given. */
      readonly given?: string;
    }
  | Refusal;

export interface TaskFilter {
  readonly assigneeId?: string | undefined;
  readonly status?: HubTaskStatus | undefined;
  /** Also those in which they have no part. */
  readonly isAll: boolean;
}

export interface HubTaskStore {
  create(by: Principal, command: CreateTask): Promise<CreateTaskOutcome>;
  change(by: Principal, change: ChangeTask): Promise<ChangeTaskOutcome>;
  /** `leaseId`: for the lease by which secrets are given, where they are asked for. */
  read(
    by: Principal,
    of: { readonly taskId: string; readonly leaseId: string | undefined; readonly now: number },
  ): Promise<ReadTaskOutcome>;
  /** Newest first. */
  list(viewer: Principal, page: PageRequest & TaskFilter): Promise<Page<StoredTask>>;
  /** All that are not closed, of anybody, with this in their title in whichever case; newest first. */
  open(of: { readonly titled: string }): Promise<readonly StoredTask[]>;
  /** `repeated`: it was told before under the same id. */
  tell(
    by: Principal,
    told: ActivityEntry & { readonly taskId: string; readonly now: number },
  ): Promise<
    { readonly kind: 'told' | 'repeated'; readonly stored: StoredTask; readonly activity: ActivityRecord } | Refusal
  >;
  /** Oldest first. */
  activity(taskId: string, page: PageRequest): Promise<Page<ActivityRecord>>;
  /** The task that this durable one carries out. */
  ofDurable(durableTaskId: string): Promise<StoredTask | undefined>;
}
