/**
 * A task as the original's `<id>.json`. Its fields keep their names and places; ours stand beside them. The lease is
 * left out, with the processes that had it: it means nothing to another installation, and nobody holds a task that was
 * just imported.
 */

import { compact, type Control, type Task } from '@perdure/contract';
import { lanesArtifact, type Bodies } from './lanes.ts';
import { secondsTime } from './times.ts';

/** Plain JSON. Controls that wait are pending actions there, lanes are an artifact. */
export function originalSnapshot(task: Task, bodies: Bodies = new Map()): Readonly<Record<string, unknown>> {
  const { lease: _, worker_processes: __, inbox, lanes, ...fields } = task;
  const artifact = lanesArtifact(lanes, bodies);
  const { reconcile } = task;
  return {
    ...fields,
    artifacts: artifact === undefined ? task.artifacts : [...task.artifacts, artifact],
    created_at: secondsTime(task.created_at),
    updated_at: secondsTime(task.updated_at),
    last_status_update_at: secondsOrNull(task.last_status_update_at),
    pending_actions: [...task.pending_actions, ...inbox.map(pendingControl)],
    reconcile: { ...reconcile, last_run_at: secondsOrNull(reconcile.last_run_at) },
  };
}

function pendingControl({
  id,
  intent,
  message,
  by,
  at,
  unsafe_reason,
  number,
}: Control): Readonly<Record<string, unknown>> {
  return {
    id,
    kind: 'user_control',
    created_at: secondsTime(at),
    status: 'pending',
    intent,
    message,
    safe_boundary_only: unsafe_reason === undefined,
    unsafe_reason: unsafe_reason ?? '',
    boundary: 'deferred',
    by,
    ...compact({ number }),
  };
}

function secondsOrNull(time: string | null): string | null {
  return time === null ? null : secondsTime(time);
}
