/**
 * The life of a task: one table as data. The guard in `decide`, the command line and the documentation read it; nobody
 * repeats it. `completed` and `failed` are closed; only `reopen` leads out, and it is recorded.
 */

export const taskStates = ['running', 'paused', 'stopped', 'completed', 'failed'] as const;
export type TaskState = (typeof taskStates)[number];

export const taskTransitions = {
  running: { pause: 'paused', stop: 'stopped', complete: 'completed', fail: 'failed' },
  paused: { resume: 'running', stop: 'stopped', fail: 'failed' },
  stopped: { resume: 'running', fail: 'failed' },
  completed: { reopen: 'running' },
  failed: { reopen: 'running' },
} as const satisfies Record<TaskState, Partial<Record<string, TaskState>>>;

export const taskActions = ['pause', 'stop', 'resume', 'complete', 'fail', 'reopen'] as const;
export type TaskAction = (typeof taskActions)[number];

/** The state after `action`, or undefined where the table has no such arrow. */
export function nextTaskState(state: TaskState, action: TaskAction): TaskState | undefined {
  return (taskTransitions[state] as Partial<Record<TaskAction, TaskState>>)[action];
}

export function isTaskClosed(state: TaskState): boolean {
  return state === 'completed' || state === 'failed';
}

/** What a person or a program may ask for while somebody else works on the task. */
export const controlIntents = ['pause', 'stop', 'steer', 'edit', 'note', 'resume'] as const;
export type ControlIntent = (typeof controlIntents)[number];

/**
 * What is known of an action with effects outside. `started` is the intent, committed before the act; a crash in
 * between makes it `unknown`, which blocks resume until somebody finds out.
 */
export const actionStates = ['started', 'success', 'failed', 'unknown'] as const;
export type ActionState = (typeof actionStates)[number];

export const milestoneStates = ['pending', 'running', 'done', 'dropped'] as const;
export type MilestoneState = (typeof milestoneStates)[number];

/**
 * Who may say that a criterion is met: our own check alone, a person's word, or that of an agent other than the one at
 * work.
 */
export const acceptancePolicies = ['auto', 'human', 'second-agent'] as const;
export type AcceptancePolicy = (typeof acceptancePolicies)[number];
