/**
 * A task from the fields of an original's snapshot, whole or not. Total: whatever the fields hold, a valid task comes
 * out, and what was bent for it is left over. Nobody holds an imported task, and nothing in it is ever run by itself:
 * commands of its evidence become words.
 */

import { acceptancePolicies, compact, taskSchema, taskStates, type Task } from '@perdure/contract';
import { createFieldReader, type FieldReader } from './field-reader.ts';
import type { Leftovers } from './leftovers.ts';
import { readActionStates, readPending } from './read-actions.ts';
import { readEvidence } from './read-evidence.ts';
import { readLanes } from './read-lanes.ts';
import { readMilestones, readSubtasks } from './read-parts.ts';
import { isoTime } from '../core/time.ts';
import type { Fields } from './values.ts';

export interface ReadTaskOptions {
  /** Valid, and of no other task. */
  readonly id: string;
  /** When it was written at the latest, for where it does not say. */
  readonly fallbackTime: string;
  /** Milliseconds since the epoch: no work was done after it. */
  readonly latest: number;
  readonly leftovers: Leftovers;
}

const most = Number.MAX_SAFE_INTEGER;

export function readTask(fields: Fields, { id, fallbackTime, latest, leftovers }: ReadTaskOptions): Task {
  const read = createFieldReader(fields, leftovers);
  if (fields['task_id'] !== undefined && fields['task_id'] !== id) {
    leftovers.keep('task_id', fields['task_id'], `is not the task's name here, \`${id}\``);
  }
  read.keepOthers(knownFields);
  const pastTime = (name: string): string | null => notAfter(read.time(name), { name, latest, read });
  const updated_at = pastTime('updated_at') ?? fallbackTime;
  const created_at = pastTime('created_at') ?? updated_at;
  if (fields['desired_state'] === undefined) leftovers.note('It does not say whether it is to run, so it is paused.');
  const { pending_actions, inbox } = readPending(read, { fallbackTime: updated_at, leftovers });
  const { action_states, hasUnknown } = readActionStates(read, {
    pending: pending_actions,
    fallbackTime: updated_at,
    leftovers,
  });
  const { shape } = taskSchema;
  return {
    task_id: id,
    title: read.line('title', 200, id),
    goal: read.text('goal', 20_000),
    done_criteria: read.texts('done_criteria', 2_000),
    constraints: read.texts('constraints', 2_000),
    // Of a state that nobody knows, only a person can say that work may go on.
    desired_state: read.word('desired_state', taskStates, () => 'paused'),
    execution_priority: read.word('execution_priority', ['time', 'tokens'], () => 'tokens'),
    phase: read.line('phase', 100, 'planning'),
    health: read.line('health', 100, 'healthy'),
    milestones: readMilestones(read, leftovers),
    subtasks: readSubtasks(read, leftovers),
    next_step: read.text('next_step', 5_000),
    last_verified_step: read.text('last_verified_step', 5_000),
    status_update_interval_seconds: read.whole('status_update_interval_seconds', { min: 0, max: most, fallback: 300 }),
    last_status_update_at: read.time('last_status_update_at'),
    ...readWorkers(read, { fallbackTime: updated_at, leftovers }),
    risk_notes: read.texts('risk_notes', 2_000),
    operator_note: read.text('operator_note', 10_000),
    steering_note: read.text('steering_note', 10_000),
    steering: readSteering(fields, read, updated_at),
    words_said: read.whole('words_said', { min: 0, max: most, fallback: 0 }),
    pending_actions,
    action_states,
    idempotency_ledger: readLedger(fields['idempotency_ledger'], read, leftovers),
    reconcile: readReconcile(read, { hasUnknown, leftovers }),
    created_at,
    updated_at,
    worked_at: pastTime('worked_at') ?? updated_at,
    revision: 1,
    project: read.parsed('project', shape.project, ''),
    control_level: read.parsed('control_level', shape.control_level, 2),
    budget: read.parsed('budget', shape.budget, { tokens_used: 0 }),
    acceptance: read.word('acceptance', acceptancePolicies, () => 'auto'),
    lease: null,
    inbox,
    evidence: readEvidence(read, leftovers),
    context: read.parsed('context', shape.context, null),
    halts: read.parsed('halts', shape.halts, []),
    handed_over: read.parsed('handed_over', shape.handed_over, false),
    closing: read.parsed('closing', shape.closing, null),
    workers: read.parsed('workers', shape.workers, []),
    worker_processes: [],
    dropped_criteria: read.parsed('dropped_criteria', shape.dropped_criteria, []),
    ...compact({ begun_on: read.parsed('begun_on', shape.begun_on, undefined) }),
    override: read.parsed('override', shape.override, null),
  };
}

/** Lanes, which the original keeps among the artifacts, and what is left of those. */
function readWorkers(
  read: FieldReader,
  around: Pick<ReadTaskOptions, 'fallbackTime' | 'leftovers'>,
): Pick<Task, 'artifacts' | 'lanes' | 'max_parallel' | 'quarantine'> {
  const given = read.objects('artifacts', (value) => ({ kind: 'imported', value }));
  const { lanes, others } = readLanes(given, around);
  const { shape } = taskSchema;
  // Numbers of events are those of another log.
  const quarantine = read.parsed('quarantine', shape.quarantine, []).map((one) => ({ ...one, seq: null }));
  return { artifacts: others, lanes, max_parallel: read.parsed('max_parallel', shape.max_parallel, 0), quarantine };
}

/** Work of a time to come would make the task the newest for ever. */
function notAfter(
  time: string | null,
  { name, latest, read }: { readonly name: string; readonly latest: number; readonly read: FieldReader },
): string | null {
  if (time === null || Date.parse(time) <= latest) return time;
  const now = isoTime(latest);
  read.keepField(name, `lies in the future and was taken as ${now}`);
  return now;
}

/** The original has one word to whoever works, and it stands. */
function readSteering(fields: Fields, read: FieldReader, at: string): Task['steering'] {
  if (fields['steering'] !== undefined) return read.parsed('steering', taskSchema.shape.steering, []);
  const message = read.text('steering_note', 10_000);
  if (message.trim() === '') return [];
  return [{ id: 'imported', intent: 'steer', message, by: 'import', at, told: false }];
}

/** A revision counts events of a log that is not ours. */
const knownFields: readonly string[] = Object.keys(taskSchema.shape).filter(
  (name) => !['lease', 'inbox', 'worker_processes', 'lanes'].includes(name),
);

/** A list of keys says as much as an object of them. */
function readLedger(given: unknown, read: FieldReader, leftovers: Leftovers): Task['idempotency_ledger'] {
  if (!Array.isArray(given) || !given.every((key) => typeof key === 'string'))
    return { ...read.record('idempotency_ledger') };
  leftovers.note('idempotency_ledger was a list of keys, and is now an object of them.');
  return Object.fromEntries(given.map((key) => [key, true]));
}

function readReconcile(
  read: FieldReader,
  { hasUnknown, leftovers }: { readonly hasUnknown: boolean; readonly leftovers: Leftovers },
): Task['reconcile'] {
  const fields = read.record('reconcile');
  const member = createFieldReader(fields, leftovers, 'reconcile.');
  member.keepOthers(['needed', 'reason', 'last_run_at', 'status']);
  const reconcile = {
    needed: member.parsed('needed', taskSchema.shape.reconcile.shape.needed, false),
    reason: member.text('reason', 10_000),
    last_run_at: member.time('last_run_at'),
    status: Object.hasOwn(fields, 'status') ? member.text('status', 100) : 'idle',
  };
  if (!hasUnknown || reconcile.needed) return reconcile;
  return {
    ...reconcile,
    needed: true,
    reason: 'imported with actions whose end is not known',
    status: 'pending_actions_remain',
  };
}
