/**
 * A new task: checked where the schema cannot (ids that repeat), filled with defaults, and leased to its maker if it
 * works on it.
 */

import { compact, taskIdPattern, type Task } from '@perdure/contract';
import { enumerate, happened, refuse } from './answers.ts';
import type { CommandContext, CreateTask } from './commands.ts';
import { takeLease } from './lease.ts';
import type { Decision } from './ports.ts';
import { isoTime } from './time.ts';

/** That no task has this id yet is for the store to say. */
export function decideCreate(command: CreateTask, context: CommandContext): Decision {
  const { task_id, fields } = command;
  if (!taskIdPattern.test(task_id)) {
    const rule = '1 to 63 lower-case letters, digits, dots, dashes and underscores, the first a letter or a digit';
    return refuse('invalid_input', `A task id has ${rule}; choose another.`, { task_id });
  }
  if (fields.title.trim() === '') return refuse('invalid_input', 'A task needs a title; say in a line what it is.');
  const repeated = repeatedIds(fields.milestones ?? []).concat(repeatedIds(fields.subtasks ?? []));
  if (repeated.length > 0) {
    const message = `The ids of milestones and of subtasks are used once each; rename the second ${enumerate(repeated)}.`;
    return refuse('invalid_input', message, { repeated });
  }
  const task = newTask(command, isoTime(context.now));
  const created = { type: 'task_created', data: { task } } as const;
  if (command.lease === undefined) return happened(created);
  const taken = takeLease(task, { lease: command.lease, takeOver: false }, context);
  return taken.kind === 'refused' ? taken : happened(created, taken.event);
}

function newTask({ task_id, fields, begunOn }: CreateTask, at: string): Task {
  const { budget, milestones = [], subtasks = [], ...given } = fields;
  return {
    task_id,
    done_criteria: [],
    constraints: [],
    desired_state: 'running',
    execution_priority: 'tokens',
    phase: 'planning',
    health: 'healthy',
    next_step: '',
    last_verified_step: '',
    status_update_interval_seconds: 0,
    last_status_update_at: null,
    artifacts: [],
    risk_notes: [],
    operator_note: '',
    steering_note: '',
    steering: [],
    words_said: 0,
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
    lanes: [],
    max_parallel: 0,
    quarantine: [],
    acceptance: 'auto',
    lease: null,
    inbox: [],
    evidence: [],
    context: null,
    halts: [],
    handed_over: false,
    closing: null,
    workers: [],
    worker_processes: [],
    dropped_criteria: [],
    override: null,
    ...compact({ begun_on: begunOn }),
    ...given,
    milestones: [...milestones],
    subtasks: [...subtasks],
    budget: { ...budget, tokens_used: 0 },
  };
}

function repeatedIds(items: readonly { readonly id: string }[]): string[] {
  return items.map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) !== index);
}
