/**
 * From a log to a row. Writing a command and rebuilding from the log take the very same steps, so a row can differ from
 * its log only if somebody else touched it.
 */

import { isTaskClosed, type Task } from '@perdure/contract';
import type { TasksTable } from '@perdure/db';
import type { CommandContext, CreateTask, TaskCommand } from '../core/commands.ts';
import type { TaskEvent, TaskEventBody } from '../core/events.ts';
import type { ReportDraft } from '../core/outbox.ts';
import type { Decision } from '../core/ports.ts';

/** The pure part, as the store needs it. */
export interface TaskCore {
  decideCreate(command: CreateTask, context: CommandContext): Decision;
  decide(task: Task, command: TaskCommand, context: CommandContext): Decision;
  evolve(task: Task | undefined, event: TaskEvent): Task;
  /** What is to be reported at once of what just happened. */
  report?(before: Task | undefined, events: readonly TaskEvent[], after: Task): ReportDraft | undefined;
}

/**
 * Grows when the fold comes to make another task of the same log: what an older fold left is then made anew from the
 * log.
 */
export const foldVersion = 7;

export interface FoldState {
  readonly task: Task;
  readonly closedAt: number | null;
}

/** One step of the fold. */
export function fold(core: TaskCore, before: FoldState | undefined, event: TaskEvent): FoldState {
  const task = core.evolve(before?.task, event);
  return { task, closedAt: isTaskClosed(task.desired_state) ? (before?.closedAt ?? event.at) : null };
}

/**
 * Numbers what was decided, in the form in which the log will give it back: what JSON or UTF-8 changes must not reach
 * the fold.
 */
export function numberEvents(
  bodies: readonly TaskEventBody[],
  { lastSeq, context }: { readonly lastSeq: number; readonly context: CommandContext },
): readonly TaskEvent[] {
  return bodies.map((body, index) => {
    const data = JSON.parse(JSON.stringify(body.data)) as unknown;
    const actor = context.actor.toWellFormed();
    return { ...body, data, seq: lastSeq + index + 1, at: context.now, actor } as TaskEvent;
  });
}

/**
 * The row that the log makes. Whether the task is archived is no matter of its log. SQLite keeps UTF-8: half a
 * character, which JSON can hold, would come back from a column as another.
 */
export function toRow({ task, closedAt }: FoldState): Omit<TasksTable, 'archived'> {
  return {
    id: task.task_id,
    project: task.project.toWellFormed(),
    state: task.desired_state,
    title: task.title.toWellFormed(),
    revision: task.revision,
    worked_at: Date.parse(task.worked_at),
    updated_at: Date.parse(task.updated_at),
    created_at: Date.parse(task.created_at),
    closed_at: closedAt,
    snapshot: JSON.stringify({ ...task, fold: foldVersion }),
  };
}
