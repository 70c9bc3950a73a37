/** What the core answers, and what it needs from the rim. The store implements the second. */

import type { ErrorCode, PerdureError, Task } from '@perdure/contract';
import type { CommandContext, CreateTask, TaskCommand } from './commands.ts';
import type { TaskEvent, TaskEventBody, TaskEventType } from './events.ts';
import type { Outbox } from './outbox.ts';

/** An expected refusal: a value, turned into an error at the outermost edge. */
export interface Refusal {
  readonly kind: 'refused';
  /** `conflict` (stale revision, wrong state), `lease_held`, `gate_open`, `invalid_input`, `not_found`. */
  readonly code: ErrorCode;
  /** One sentence: what, why, what to do next. */
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** No events: nothing had to change. */
export type Decision = { readonly kind: 'events'; readonly events: readonly TaskEventBody[] } | Refusal;

/** A write that was taken: the task as it is now, and what the write added to its log. */
export interface Written {
  readonly kind: 'written';
  readonly task: Task;
  readonly events: readonly TaskEvent[];
  /** The task as the command met it, under the lock; absent for one that was created or imported. */
  readonly before?: Task;
  /** The id under which the task that had this one's id is kept from now on. */
  readonly archived?: string;
  /** A report of it waits to be sent. */
  readonly reported?: true;
}

export interface TaskFilter {
  readonly project?: string;
  readonly state?: Task['desired_state'];
  /** Lists those that gave their id to another task, and only those; default false: none of them. */
  readonly archived?: boolean;
}

/**
 * What becomes of a task that has the id already: with `replace` it is kept as `<id>.<n>`, out of the usual lists,
 * else it stands.
 */
/** A round of a lane that was given to a member of the hub; the lane may be at another one by now. */
export interface AgentLane {
  readonly taskId: string;
  readonly line: string;
  readonly handle: string;
  readonly key: string;
  /** When it was given, in milliseconds since the epoch. */
  readonly at: number;
}

export interface CreateOptions {
  readonly replace?: boolean;
}

export interface ImportOptions extends CreateOptions {
  /** The folder. */
  readonly from: string;
  readonly history?: Extract<TaskEventBody, { readonly type: 'task_imported' }>['data']['history'];
  readonly context: CommandContext;
}

/** Snapshot and log, written in one transaction. Rejects only where the database cannot be read or written. */
export interface TaskStore {
  create(command: CreateTask, context: CommandContext, options?: CreateOptions): Promise<Written | Refusal>;
  /** Reads, decides and writes under the write lock: no other writer comes in between. */
  apply(taskId: string, command: TaskCommand, context: CommandContext): Promise<Written | Refusal>;
  /** A task that was read from files of the original format. */
  import(task: Task, options: ImportOptions): Promise<Written | Refusal>;
  get(taskId: string): Promise<Task | undefined>;
  /** Newest work first. */
  list(
    filter: TaskFilter,
    page: {
      readonly cursor?: string;
      readonly limit: number;
      /** Told of each task whose snapshot cannot be read, which is then left out; default: the list fails. */
      readonly onUnreadable?: (error: PerdureError) => void;
    },
  ): Promise<{ readonly data: readonly Task[]; readonly next?: string }>;
  /** Of open tasks with lanes that are runs, whether they go on or are over. */
  idsWithRuns(): Promise<readonly string[]>;
  /** Lanes that were given to members of the hub, of tasks that are open or were closed after `since`; oldest first. */
  lanesOfAgents(since: number): Promise<readonly AgentLane[]>;
  /** Of every task, also of one whose snapshot cannot be read or is gone. */
  ids(): Promise<readonly string[]>;
  events(taskId: string, options: { readonly after: number; readonly limit: number }): Promise<readonly TaskEvent[]>;
  /** The newest `limit` events, oldest first; of these types, if any are named. */
  recent(taskId: string, limit: number, types?: readonly TaskEventType[]): Promise<readonly TaskEvent[]>;
  /** Folds the log anew and compares; with `repair` the snapshot is replaced. */
  rebuild(
    taskId: string,
    options: { readonly repair: boolean },
  ): Promise<{ readonly differences: readonly string[] } | undefined>;
  readonly archives: TaskArchives;
  /** Hand-overs of agents whose context was full, oldest first (a queue of its own: it outlives the tasks). */
  readonly resumeQueue: ResumeQueue;
  /** Reports on their way to whoever wants them. */
  readonly outbox: Outbox;
}

/** Which tasks lie in files. The files themselves are for somebody else. */
export interface TaskArchives {
  /** Newest closing first. `after`: the file of the last entry of the page before. */
  list(page: { readonly after?: string; readonly limit: number }): Promise<readonly ArchiveEntry[]>;
  /** All of a task of that id: several tasks may have had it, one after the other. Newest closing first. */
  of(taskId: string): Promise<readonly ArchiveEntry[]>;
  /** What only the record knows of a closed task in it. */
  facts(taskId: string): Promise<{ readonly closedAt: number; readonly gaveItsId: boolean }>;
  /** Ids of tasks in the record that were closed before that time, oldest first. */
  closedBefore(ms: number): Promise<readonly string[]>;
  /**
   * Takes a task out of the record, with its log and its hand-overs, and remembers its file. False where it is no more
   * at that revision: nothing is changed then.
   */
  put(entry: ArchiveEntry, revision: number): Promise<boolean>;
  /** Puts it back, as its log makes it. False where its id is another task's: nothing is changed then. */
  take(archived: ArchivedTask, file: string): Promise<boolean>;
}

export interface ArchiveEntry {
  readonly file: string;
  readonly taskId: string;
  readonly title: string;
  readonly project: string;
  readonly state: Task['desired_state'];
  readonly closedAt: number;
  readonly archivedAt: number;
  readonly events: number;
  readonly sha256: string;
}

export interface ArchivedTask {
  readonly taskId: string;
  /** It gave its id to another task, and stays out of the usual lists. */
  readonly gaveItsId: boolean;
  readonly handOvers: readonly ResumeItem[];
  /** The whole log, as often as it is asked for. */
  readonly events: () => Iterable<TaskEvent>;
}

export interface ResumeItem {
  readonly id: string;
  readonly taskId: string | null;
  readonly title: string;
  readonly context: string;
  readonly source: string;
  readonly session: string;
  readonly createdAt: number;
}

export interface ResumeQueue {
  /**
   * The same title and context (letter case and spaces aside) of the same task, or of none, refreshes the item. At
   * most 100 are kept: the oldest go.
   */
  add(item: ResumeItem): Promise<{ readonly kind: 'added' | 'updated'; readonly dropped: readonly ResumeItem[] }>;
  /** Takes the oldest, of one task if named. */
  pop(taskId?: string): Promise<ResumeItem | undefined>;
  list(): Promise<readonly ResumeItem[]>;
  /** Those with these ids, as far as they are still there. */
  remove(ids: readonly string[]): Promise<void>;
  clear(): Promise<number>;
}
