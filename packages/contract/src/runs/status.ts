/**
 * The life of a run: one table as data. The domain guard, the SQL compare-and-set, the CLI and the diagram in
 * `docs/concepts/runs.md` read it; nobody repeats it.
 */

export const runStatuses = [
  'queued',
  'running',
  'waiting',
  'paused',
  'needs_attention',
  'undoing',
  'completed',
  'failed',
  'cancelled',
] as const;
export type RunStatus = (typeof runStatuses)[number];

/**
 * What can happen to a run. `drive`: a driver begins; `undo`: compensation begins; `retry`: a failed run goes on at its
 * failed step.
 */
export const runActions = [
  'drive',
  'park',
  'pause',
  'stop_for_attention',
  'resume',
  'undo',
  'complete',
  'fail',
  'cancel',
  'retry',
] as const;
export type RunAction = (typeof runActions)[number];

export const runTransitions = {
  queued: { drive: 'running' },
  running: {
    drive: 'running',
    park: 'waiting',
    pause: 'paused',
    stop_for_attention: 'needs_attention',
    undo: 'undoing',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
  },
  waiting: { drive: 'running' },
  paused: { resume: 'queued' },
  needs_attention: { resume: 'queued' },
  undoing: { drive: 'undoing', stop_for_attention: 'needs_attention', fail: 'failed', cancel: 'cancelled' },
  completed: {},
  failed: { retry: 'queued' },
  cancelled: {},
} as const satisfies Record<RunStatus, Partial<Record<RunAction, RunStatus>>>;

/** The status after `action`, or undefined where the table has no such arrow. */
export function nextRunStatus(status: RunStatus, action: RunAction): RunStatus | undefined {
  return (runTransitions[status] as Partial<Record<RunAction, RunStatus>>)[action];
}

/** Statuses a run never leaves but by `retry`. */
export const finishedStatuses = ['completed', 'failed', 'cancelled'] as const satisfies readonly RunStatus[];
export type FinishedStatus = (typeof finishedStatuses)[number];

export function isFinished(status: RunStatus): status is FinishedStatus {
  return (finishedStatuses as readonly RunStatus[]).includes(status);
}

/** What a waiting run waits for. */
export const waitKinds = ['timer', 'human', 'child'] as const;
export type WaitKind = (typeof waitKinds)[number];

/**
 * Orders a person or a program puts into a run's inbox; a driver consumes them with a commit that names them.
 * `accepts` lists the statuses in which an order makes sense; elsewhere it is refused with a conflict.
 */
export const runOrders = {
  pause: { accepts: ['queued', 'running', 'waiting'] },
  resume: { accepts: ['paused', 'needs_attention'] },
  cancel: { accepts: ['queued', 'running', 'waiting', 'paused', 'needs_attention'] },
  /** Carries a text for the next model turn; it starts and stops nothing. */
  steer: { accepts: ['queued', 'running', 'waiting', 'paused', 'needs_attention'] },
} as const satisfies Record<string, { accepts: readonly RunStatus[] }>;
export type RunOrder = keyof typeof runOrders;

export function orderAccepted(order: RunOrder, status: RunStatus): boolean {
  return (runOrders[order].accepts as readonly RunStatus[]).includes(status);
}
