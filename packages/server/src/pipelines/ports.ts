/**
 * What the run core needs from its surroundings, and what it offers to the rooms that build on it. The rim implements the first
 * (`storage/`, `engine/`), the agents room uses the second.
 */

import type {
  Budget,
  ErrorRecord,
  Json,
  PerdureError,
  RunAction,
  RunEventType,
  RunOrder,
  RunStatus,
  StepAttempt,
  UndoAttempt,
  StepKind,
  StepStatus,
  ToolResult,
  Usage,
  WaitKind,
  WaitPurpose,
} from '@perdure/contract';

/** A step as the record holds it. `result` stays JSON text until somebody asks: a wake of a long run parses what it passes, no more. */
export interface StepRecord {
  readonly key: string;
  readonly seq: number;
  readonly kind: StepKind;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly inputHash: string | null;
  readonly result: string | null;
  /** Set instead of `result` where the value lies in the blob table. */
  readonly resultBlob: string | null;
  readonly error: ErrorRecord | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
  readonly undoable: boolean;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** An order of a person that a drive has to follow. */
export interface PendingOrder {
  readonly id: string;
  readonly kind: Exclude<RunOrder, 'steer'>;
}

/** A text of a person for the agents at work. It halts nothing: the turn that takes it up consumes it. */
export interface Steer {
  readonly id: string;
  readonly text: string;
  readonly at: number;
  readonly isConsumed: boolean;
}

/** How much a run had used when somebody last looked at it: budgets and breakers count from there. */
export interface Cleared {
  /** Highest step number. */
  readonly seq: number;
  readonly tokens: number;
  readonly turns: number;
  /** Milliseconds since the start without those of waiting. */
  readonly activeMs: number;
}

/** A run as a drive finds it, after its fence was raised. */
export interface LoadedRun {
  readonly id: string;
  /** The run that it was forked from in the end; its own id where it is no fork. */
  readonly originId: string;
  readonly pipeline: string;
  /** After `drive` or `resume`: the journal has already applied them to the row. */
  readonly status: RunStatus;
  readonly fence: number;
  readonly input: string;
  readonly error: ErrorRecord | null;
  readonly undoOutcome: 'failed' | 'cancelled' | null;
  readonly logCount: number;
  /** Drives begun in a row without a commit, this one included (R7). */
  readonly barrenDrives: number;
  readonly waitBefore: { readonly kind: WaitKind; readonly wakeAt: number | null } | null;
  readonly parent: { readonly runId: string; readonly stepKey: string } | null;
  /** This run's own; null: that of its pipeline, or the one configured for all. */
  readonly budget: Budget | null;
  readonly createdAt: number;
  /** Milliseconds in which it waited or was stopped. */
  readonly idleMs: number;
  /** Tokens of all its model turns so far. */
  readonly tokens: number;
  readonly cleared: Cleared | null;
  readonly steps: readonly StepRecord[];
  /** Oldest first. */
  readonly orders: readonly PendingOrder[];
  /** All of them, oldest first: one that a turn consumed may still be news to another agent call in flight. */
  readonly steers: readonly Steer[];
}

export interface NewEvent {
  readonly type: RunEventType;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Writing a step: `started` inserts, `done` and `failed` insert or close the started row. The first one to close a key wins (R3). */
export interface StepWrite extends Omit<StepRecord, 'resultBlob'> {
  readonly usage?: Usage;
}

export interface NewRun {
  readonly id: string;
  readonly pipeline: string;
  /** JSON text. */
  readonly input: string;
  readonly parent?: { readonly runId: string; readonly stepKey: string };
  /** Of a fork: the run whose uuids it has. */
  readonly origin?: string;
  readonly forkedFrom?: { readonly runId: string; readonly stepKey: string };
  readonly budget?: Budget | undefined;
  readonly idempotencyKey?: string;
  readonly requestHash?: string;
}

/** An order of a parent to its child. `with`: the order to the parent that it passes on; absent: the parent ends. */
export interface OrderTo {
  readonly runId: string;
  readonly kind: PendingOrder['kind'];
  readonly with?: string;
}

/** A question to a person, born with the start of its step. */
export interface NewWait {
  readonly id: string;
  readonly stepKey: string;
  readonly purpose: WaitPurpose;
  readonly question: string;
  /** JSON text. */
  readonly context: string | null;
  /** JSON Schema as text. */
  readonly answerSchema: string | null;
  readonly expiresAt: number | null;
}

/** Undefined while nobody has answered. */
export interface Answer {
  /** JSON text. */
  readonly answer: string;
  readonly by: string;
  readonly at: number;
}

/** A change of the run's own row, always by an arrow of the transition table. */
export interface RunChange {
  readonly action: Exclude<RunAction, 'drive'>;
  readonly error?: ErrorRecord;
  readonly failedKey?: string;
  readonly output?: string;
  readonly wait?: { readonly kind: WaitKind; readonly wakeAt: number | null };
  readonly undoOutcome?: 'failed' | 'cancelled';
}

/** One atomic change by a driver: all of it or nothing. */
export interface RunCommit {
  readonly runId: string;
  readonly fence: number;
  readonly at: number;
  readonly step?: StepWrite;
  readonly events?: readonly NewEvent[];
  readonly change?: RunChange;
  readonly consumedOrders?: readonly string[];
  /** A wait that must have no answer yet; where it has one nothing is written, and the step that stands is adopted. */
  readonly unlessAnswered?: string;
  readonly childRun?: NewRun;
  readonly wait?: NewWait;
  readonly logLines?: number;
  /** Orders put into the inboxes of other runs: a cancelled parent cancels its children. */
  readonly ordersTo?: readonly OrderTo[];
}

export type CommitOutcome =
  | { readonly kind: 'committed' }
  /** Another commit closed the key first, or a person answered: this is what stands. */
  | { readonly kind: 'adopted'; readonly step: StepRecord }
  /** The fence was raised by another driver (R2). */
  | { readonly kind: 'lost' };

export interface RunJournal {
  /** Raises the fence and loads the record in one transaction (R1). Undefined: no such run. */
  begin(runId: string, at: number): Promise<LoadedRun | undefined>;
  /** Durable when it resolves with `committed` or `adopted`. Rejects when the database cannot be written. */
  commit(commit: RunCommit): Promise<CommitOutcome>;
  /** JSON text of a value that was too large for a row. */
  readBlob(hash: string): Promise<string>;
  /** How another run stands, for a parent that waits for it. */
  readOutcome(
    runId: string,
  ): Promise<
    { readonly status: RunStatus; readonly output: string | null; readonly error: ErrorRecord | null } | undefined
  >;
  readAnswer(waitId: string): Promise<Answer | undefined>;
  /** What was put into the inboxes of the runs named and is not yet consumed. */
  inboxes(runIds: readonly string[]): Promise<ReadonlyMap<string, Inbox>>;
}

export interface Inbox {
  readonly orders: readonly PendingOrder[];
  readonly steers: readonly Steer[];
}

/** Time as an input. `after` calls back once, `ms` from now, unless the returned function was called before. */
export interface Clock {
  now(): number;
  after(ms: number, callback: () => void): () => void;
}

/** The engine's half of the port that the run core calls. */
export interface Waker {
  /** Durable when it resolves: `drive(runId)` will be called at least once at or after `at` (E1). */
  wake(runId: string, options?: { readonly at?: number }): Promise<void>;
}

/** Nudges and text for watchers. Losing them loses nothing: events are read from the database. */
export interface LiveSink {
  committed(runId: string): void;
  text(runId: string, stepKey: string, delta: string): void;
}

/** A step that does work of its own. */
export interface LeafStep<T> {
  readonly key: string;
  readonly kind: StepKind;
  /** If given, its hash is recorded and must match in later drives (P5). */
  readonly input?: unknown;
  /** Facts recorded with the start. Given: the start is committed before the work begins. */
  readonly startDetail?: Readonly<Record<string, unknown>>;
  /** Milliseconds to wait before the next attempt, or undefined where the error is final. Absent: one attempt. */
  readonly retry?: (error: unknown, attempt: number) => number | undefined;
  /** Armed by the start record, which is then committed before the work begins. */
  readonly undo?: (result: T | undefined, attempt: UndoAttempt) => unknown;
  readonly work: (attempt: StepAttempt) => Promise<LeafResult<T>>;
}

export interface LeafResult<T> {
  readonly result: T;
  /** Orders that this result has followed. */
  readonly consumedOrders?: readonly string[];
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly usage?: Usage;
}

/** A step made of others; it holds nothing itself, so a pause inside it parks it too. */
export interface CompositeStep {
  readonly key: string;
  readonly kind: StepKind;
  readonly input?: unknown;
  readonly startDetail?: Readonly<Record<string, unknown>>;
}

/** Where steps are recorded: the top of a run, or below a key. Promises of steps that cannot go on now stay pending (P2). */
export interface StepScope {
  readonly runId: string;
  /** Full key of a step in this scope: `review/2/planner`. */
  keyOf(key: string): string;
  perform<T>(step: LeafStep<T>): Promise<T>;
  compose<T>(step: CompositeStep, body: (scope: StepScope) => Promise<T>): Promise<T>;
  /** The scope below a step of this one. */
  below(key: string): StepScope;
  /** Calls a tool as a step; its failure is a value. */
  callTool(request: ToolRequest): Promise<CalledTool>;
  /** Texts of people that the agent call of this scope has not been given yet, but those named. The turn that takes them consumes them. */
  takeSteers(given: ReadonlySet<string>): readonly Steer[];
  /** Shows text of a turn in progress to watchers. */
  showText(key: string, delta: string): void;
}

/** A call of a tool, as an agent or a pipeline asks for it. */
export interface ToolRequest {
  readonly key: string;
  /** The agent that asks, if one does. */
  readonly agent?: string;
  readonly tool: string;
  readonly input: unknown;
  /** Why it is not called at all: recorded as its failure. */
  readonly refusal?: string;
  /**
   * Asked when the call would begin: what stops the run instead, until somebody decides. Steps up to `clearedSeq` were seen by whoever
   * let the run go on last.
   */
  readonly guard?: (call: { readonly callHash: string; readonly clearedSeq: number }) => PerdureError | undefined;
}

/** A finished call. What it gave is read on demand: a wake passes over megabytes of output that nobody looks at again. */
export interface CalledTool {
  readonly seq: number;
  /** Same tool, same arguments: same hash. */
  readonly callHash: string;
  readonly resultHash: string;
  read(): Promise<ToolResult<Json>>;
}

/** Implemented by the agents room. Resolves to the validated output; rejects with a PerdureError. */
export interface AgentCaller {
  call(scope: StepScope, agent: string, input: unknown, key: string): Promise<Json>;
}
