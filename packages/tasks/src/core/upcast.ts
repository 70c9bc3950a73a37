/**
 * What an older version of this one wrote gets the fields that came after, to be looked at; what is whole stays as it
 * is. Before the next write the log makes such a task anew (`store/stored-task.ts`), so nothing here has to be as exact
 * as the fold.
 */

import type { Lease, Task } from '@perdure/contract';
import { defaultLeaseTtlMs } from './lease.ts';

type LaterField =
  | 'steering'
  | 'words_said'
  | 'halts'
  | 'handed_over'
  | 'closing'
  | 'workers'
  | 'worker_processes'
  | 'dropped_criteria'
  | 'lanes'
  | 'max_parallel'
  | 'quarantine';
type LaterLeaseField = 'ttl_ms' | 'earlier_hashes' | 'own_hashes';

export type StoredLease = Omit<Lease, LaterLeaseField> & Partial<Pick<Lease, LaterLeaseField>>;
export type StoredTask = Omit<Task, LaterField | 'lease'> &
  Partial<Pick<Task, LaterField>> & { readonly lease: StoredLease | null };

export function upcastTask(task: StoredTask): Task {
  const later = {
    steering: steeringOf(task),
    words_said: 0,
    halts: [],
    handed_over: false,
    closing: null,
    workers: task.lease === null ? [] : [task.lease.holder],
    worker_processes: [],
    dropped_criteria: [],
    lanes: [],
    max_parallel: 0,
    quarantine: [],
  };
  return { ...later, ...task, lease: task.lease && upcastLease(task.lease) };
}

export function upcastLease(lease: StoredLease): Lease {
  return { ttl_ms: defaultLeaseTtlMs, earlier_hashes: [], own_hashes: 0, ...lease };
}

/** The one word of a version that told it at every boundary. */
function steeringOf({ steering_note: message, updated_at: at }: StoredTask): Task['steering'] {
  return message.trim() === '' ? [] : [{ id: 'earlier', intent: 'steer', message, by: '', at, told: true }];
}
