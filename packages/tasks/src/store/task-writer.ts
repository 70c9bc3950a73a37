/**
 * What commands write. Every method runs inside one transaction of the group commit, which holds the write lock from
 * its beginning, and touches nothing but the database: it may be run again.
 */

import { compact, PerdureError, type Task } from '@perdure/contract';
import { noSuchTask } from '../core/answers.ts';
import type { CommandContext, CreateTask, TaskCommand } from '../core/commands.ts';
import { asSpeaker } from '../core/writer.ts';
import type { TaskEventBody } from '../core/events.ts';
import { leaseState } from '../core/lease.ts';
import type { CreateOptions, ImportOptions, Refusal, Written } from '../core/ports.ts';
import { fold, numberEvents, type FoldState, type TaskCore } from './fold.ts';
import { standingTask } from './stored-task.ts';
import type { ReportRows } from './report-rows.ts';
import type { TaskRows } from './task-rows.ts';

/** How many of the newest events a refused writer is told. */
const toldEvents = 10;
const longestId = 63;

export class TaskWriter {
  readonly #rows: TaskRows;
  readonly #reports: () => ReportRows;
  readonly #core: TaskCore;

  constructor({ rows, reports }: { readonly rows: TaskRows; readonly reports: () => ReportRows }, core: TaskCore) {
    this.#rows = rows;
    this.#reports = reports;
    this.#core = core;
  }

  create(command: CreateTask, context: CommandContext, options: CreateOptions): Written | Refusal {
    const decision = this.#core.decideCreate(command, context);
    if (decision.kind === 'refused') return decision;
    return this.#begin(command.task_id, decision.events, { ...options, context });
  }

  import(task: Task, { from, history, ...options }: ImportOptions): Written | Refusal {
    const data = { task, from, ...compact({ history }) };
    return this.#begin(task.task_id, [{ type: 'task_imported', data }], options);
  }

  apply(taskId: string, command: TaskCommand, context: CommandContext): Written | Refusal {
    const before = this.#read(taskId);
    if (before === undefined) return noSuchTask(taskId);
    const decision = this.#core.decide(before.task, command, context);
    if (decision.kind === 'refused') return this.#withWhatChanged(decision, before.task, context);
    return this.#write(taskId, decision.events, { before, context: asSpeaker(before.task, context) });
  }

  #read(taskId: string): FoldState | undefined {
    return standingTask(this.#rows, this.#core, taskId);
  }

  #begin(
    taskId: string,
    bodies: readonly TaskEventBody[],
    { context, replace = false }: CreateOptions & { readonly context: CommandContext },
  ): Written | Refusal {
    const standing = this.#read(taskId);
    if (standing === undefined) return this.#write(taskId, bodies, { context });
    const isHeld = leaseState(standing.task.lease, context.now) === 'alive';
    if (!replace || isHeld) return alreadyThere(standing.task, { isHeld });
    const archived = this.#archive(standing, context);
    return { ...this.#write(taskId, bodies, { context }), archived };
  }

  #write(
    taskId: string,
    bodies: readonly TaskEventBody[],
    { before, context }: { readonly before?: FoldState; readonly context: CommandContext },
  ): Written {
    const events = numberEvents(bodies, { lastSeq: this.#rows.lastSeq(taskId), context });
    let after = before;
    for (const event of events) after = fold(this.#core, after, event);
    if (after === undefined) {
      throw new PerdureError('internal', `No event began task "${taskId}"; please report this (4c0e7b19).`);
    }
    if (events.length > 0) {
      this.#rows.append(taskId, events);
      this.#rows.save(after);
    }
    const report = this.#core.report?.(before?.task, events, after.task);
    const isReported = report !== undefined && this.#reports().add(taskId, report, context.now);
    const written = { kind: 'written', task: after.task, events, ...compact({ before: before?.task }) } as const;
    return isReported ? { ...written, reported: true } : written;
  }

  /** Makes room for another task of the same id. The log of the old one says where it went. */
  #archive({ task, closedAt }: FoldState, context: CommandContext): string {
    const newId = this.#freeId(task.task_id);
    this.#rows.archiveAs(newId, task.task_id);
    const details = { was: task.task_id, is: newId };
    this.#write(newId, [{ type: 'noted', data: { name: 'task_archived', details } }], {
      before: { task: { ...task, task_id: newId }, closedAt },
      context,
    });
    return newId;
  }

  #freeId(taskId: string): string {
    for (let n = 1; ; n += 1) {
      const suffix = `.${n}`;
      const candidate = taskId.slice(0, longestId - suffix.length) + suffix;
      if (this.#rows.read(candidate) === undefined) return candidate;
    }
  }

  /** A writer that saw an older revision is told what came after. */
  #withWhatChanged(refusal: Refusal, { task_id: taskId, revision }: Task, context: CommandContext): Refusal {
    const seen = context.revision;
    if (refusal.code !== 'conflict' || seen === 'latest' || seen === revision) return refusal;
    const newest = this.#rows.recent(taskId, toldEvents).filter(({ seq }) => seq > seen);
    const changed = newest.map(({ seq, type, actor }) => ({ seq, type, actor }));
    return { ...refusal, details: { ...refusal.details, changed } };
  }
}

function alreadyThere(
  { task_id: taskId, desired_state: state, revision, lease }: Task,
  { isHeld }: { readonly isHeld: boolean },
): Refusal {
  const message = isHeld
    ? `Task "${taskId}" exists already, and ${lease?.holder} is at work on it until ${lease?.expires_at}; choose another id.`
    : `Task "${taskId}" exists already and is ${state}; go on with \`perdure task continue ${taskId}\`, or archive it with --force.`;
  return { kind: 'refused', code: isHeld ? 'lease_held' : 'conflict', message, details: { state, revision } };
}
