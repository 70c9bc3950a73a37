/** A small world for the core: tasks made and changed by its own decisions, folded as the store folds them. */

import { compact, isPerdureError, taskSchema, type ErrorCode, type Evidence, type Task } from '@perdure/contract';
import {
  decide,
  decideCreate,
  evolve,
  type CommandContext,
  type CreateTask,
  type NewLease,
  type Refusal,
  type TaskCommand,
  type TaskEvent,
  type TaskEventBody,
} from '@perdure/tasks';

export const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
export const minute = 60_000;
export const hour = 60 * minute;

/** Who asks, by default the owner, who holds no lease and has seen everything. */
export function by(changes: Partial<CommandContext> = {}): CommandContext {
  return { now: start, actor: 'owner', revision: 'latest', ...changes };
}

/** The agent that holds the lease of `leaseOf(name)`. */
export function agent(name: string, changes: Partial<CommandContext> = {}): CommandContext {
  return by({ actor: name, tokenHash: `token-${name}`, ...changes });
}

export function leaseOf(name: string, ttlMs = 15 * minute): NewLease {
  return { holder: name, tokenHash: `token-${name}`, ttlMs };
}

/** Numbers the events as the store does. */
export function stamped(
  events: readonly TaskEventBody[],
  after: number,
  context: CommandContext,
): readonly TaskEvent[] {
  return events.map((event, index) => ({
    ...event,
    seq: after + index + 1,
    at: context.now,
    actor: context.actor,
  }));
}

export function fold(task: Task | undefined, events: readonly TaskEvent[]): Task {
  const after = events.reduce<Task | undefined>((folded, event) => evolve(folded, event), task);
  if (after === undefined) throw new Error('nothing to fold');
  return after;
}

export function newTask(fields: Partial<CreateTask['fields']> = {}, lease?: NewLease): Task {
  const command: CreateTask = {
    type: 'create',
    task_id: 'release-1',
    fields: { title: 'Release 1', goal: 'Ship it', ...fields },
    ...compact({ lease }),
  };
  const decision = decideCreate(command, by());
  if (decision.kind === 'refused') throw new Error(decision.message);
  return fold(undefined, stamped(decision.events, 0, by()));
}

export interface Done {
  readonly task: Task;
  readonly events: readonly TaskEventBody[];
}

/** Takes the command and folds what happened; what it leaves must satisfy the schema. */
export function take(task: Task, command: TaskCommand, context = by()): Done {
  const decision = decide(task, command, context);
  if (decision.kind === 'refused') throw new Error(`refused: ${decision.message}`);
  const after = fold(task, stamped(decision.events, task.revision, context));
  taskSchema.parse(after);
  return { task: after, events: decision.events };
}

/** Takes several commands of one writer. */
export function takeAll(task: Task, commands: readonly TaskCommand[], context = by()): Task {
  return commands.reduce((before, command) => take(before, command, context).task, task);
}

export function refused(task: Task, command: TaskCommand, context = by()): Refusal {
  const decision = decide(task, command, context);
  if (decision.kind === 'events') throw new Error(`taken: ${JSON.stringify(decision.events)}`);
  return decision;
}

export function typesOf(events: readonly TaskEventBody[]): readonly string[] {
  return events.map(({ type }) => type);
}

export function control(
  intent: 'pause' | 'stop' | 'steer' | 'edit' | 'note' | 'resume',
  changes: Partial<Extract<TaskCommand, { type: 'control' }>> = {},
): TaskCommand {
  return { type: 'control', controlId: `c-${intent}`, intent, message: `please ${intent}`, when: 'now', ...changes };
}

export function evidence(changes: Partial<Evidence> & Pick<Evidence, 'id'>): TaskCommand {
  const at = new Date(start).toISOString();
  return { type: 'evidence', evidence: { criterion: 1, kind: 'check', by: '', at, passed: true, ...changes } };
}

export function codeOf(act: () => unknown): ErrorCode | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return isPerdureError(error) ? error.code : undefined;
  }
}
