/** Logs outlive versions: a task as an older one wrote it gets the fields that came after. What is whole stays as it is. */

import type { Lease, Task } from '@perdure/contract';
import { defaultLeaseTtlMs } from './lease.ts';

type LaterField = 'steering' | 'handed_over' | 'closing';
type LaterLeaseField = 'ttl_ms' | 'earlier_hashes';

export type StoredLease = Omit<Lease, LaterLeaseField> & Partial<Pick<Lease, LaterLeaseField>>;
export type StoredTask = Omit<Task, LaterField | 'lease'> &
  Partial<Pick<Task, LaterField>> & { readonly lease: StoredLease | null };

export function upcastTask(task: StoredTask): Task {
  return { steering: [], handed_over: false, closing: null, ...task, lease: task.lease && upcastLease(task.lease) };
}

export function upcastLease(lease: StoredLease): Lease {
  return { ttl_ms: defaultLeaseTtlMs, earlier_hashes: [], ...lease };
}
