/** A task with a log that really folds to it, as the store would hand both to the rim. */

import type { Task } from '@perdure/contract';
import type { TaskEvent, TaskEventBody } from '../../src/core/events.ts';
import { evolve } from '../../src/core/evolve.ts';
import { isoTime } from '../../src/core/time.ts';

export const begin = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

export function newTask(changes: Partial<Task> = {}): Task {
  const at = isoTime(begin);
  return {
    task_id: 'alpha',
    title: 'Ship it',
    goal: 'It is shipped.',
    done_criteria: ['the tests pass'],
    constraints: [],
    desired_state: 'running',
    execution_priority: 'tokens',
    phase: 'planning',
    health: 'healthy',
    milestones: [],
    subtasks: [],
    next_step: '',
    last_verified_step: '',
    status_update_interval_seconds: 300,
    last_status_update_at: null,
    artifacts: [],
    risk_notes: [],
    operator_note: '',
    steering_note: '',
    steering: [],
    pending_actions: [],
    action_states: {},
    idempotency_ledger: {},
    reconcile: { needed: false, reason: '', last_run_at: null, status: 'idle' },
    created_at: at,
    updated_at: at,
    worked_at: at,
    revision: 1,
    project: '',
    control_level: 2,
    budget: { tokens_used: 0 },
    acceptance: 'auto',
    lease: null,
    inbox: [],
    evidence: [],
    context: null,
    handed_over: false,
    closing: null,
    override: null,
    ...changes,
  };
}

export interface Commit {
  readonly task: Task;
  readonly events: readonly TaskEvent[];
}

export interface TaskLog {
  readonly events: readonly TaskEvent[];
  readonly task: () => Task;
  /** Adds these a second later. */
  readonly commit: (...bodies: readonly TaskEventBody[]) => Commit;
  readonly report: (message: string) => Commit;
  /** As the store reads them, some at a time. */
  readonly read: (after: number) => Promise<readonly TaskEvent[]>;
}

export function createLog(first: Task = newTask(), { pageSize = 100 } = {}): TaskLog {
  const events: TaskEvent[] = [];
  let task: Task | undefined;
  const commit = (...bodies: readonly TaskEventBody[]): Commit => {
    const added = bodies.map((body, index): TaskEvent => {
      const seq = events.length + 1 + index;
      return { ...body, seq, at: begin + seq * 1_000, actor: 'agent' };
    });
    for (const event of added) task = evolve(task, event);
    events.push(...added);
    return { task: task ?? first, events: added };
  };
  commit({ type: 'task_created', data: { task: first } });
  return {
    events,
    task: () => task ?? first,
    commit,
    report: (message) => commit({ type: 'status_reported', data: { message } }),
    read: async (after) => events.filter(({ seq }) => seq > after).slice(0, pageSize),
  };
}
