/** A run and its steps as the record holds them, and as a drive finds them. */

import type {
  Budget,
  ErrorRecord,
  RunOrder,
  RunStatus,
  StepFacts,
  StepKind,
  StepState,
  StepStatus,
  WaitKind,
} from '@perdure/contract';

/**
 * A value stays JSON text until somebody asks: a wake of a long run parses what it passes, no more. A large one lies in
 * the blob table.
 */
export type StoredValue =
  /** `sum`: its checksum; absent where it comes from memory, or was written without one. */
  | { readonly kind: 'inline'; readonly text: string | null; readonly sum?: number | null }
  | { readonly kind: 'blob'; readonly hash: string };

export interface StepOutline {
  readonly key: string;
  /** Place in the order in which the steps of the run began, from 1. */
  readonly seq: number;
  readonly attempt: number;
  readonly inputHash: string | null;
  readonly undoable: boolean;
  readonly startedAt: number;
}

/** A step that has failed, or a part of it: `culprit` is the key of the step where `retry` goes on. */
type FailedState = Extract<StepState<number, object>, { status: 'failed' }> & { readonly culprit: string };
type RecordState = Exclude<StepState<number, { readonly result: StoredValue }>, { status: 'failed' }> | FailedState;

export type StepOf<K extends StepKind, S extends StepStatus = StepStatus> = StepOutline &
  StepFacts<K> &
  Extract<RecordState, { readonly status: S }>;
export type StepRecord = StepOf<StepKind>;
export type StartedStep<K extends StepKind = StepKind> = StepOf<K, 'started'>;
export type FinishedStep<K extends StepKind = StepKind> = StepOf<K, 'done' | 'failed'>;

/** What is known of a step of one kind. */
export type FactsOf<K extends StepKind> = NonNullable<StepFacts<K>['detail']>;

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

/** What a waiting run waits for. */
export interface RunWait {
  readonly kind: WaitKind;
  readonly wakeAt: number | null;
  /** `server/model`, where it waits for one. */
  readonly model?: string;
}

/** How a run ends once undoing is through. */
export type UndoOutcome = 'failed' | 'cancelled';

/** How much a run had used when somebody last looked at it: budgets and breakers count from there. */
export interface ClearedUsage {
  /** Highest step number. */
  readonly seq: number;
  readonly tokens: number;
  readonly turns: number;
  /** Milliseconds since the start without those of waiting. */
  readonly activeMs: number;
}

/** A run without its steps and its inbox. */
/** Nothing was lost: a worker that stops, or a drive that has to be made anew, has given the run back. */
export const handedOver = -1;

export interface RunState {
  readonly id: string;
  /** The run that it was forked from in the end; its own id where it is no fork. */
  readonly originId: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  /** Raised by each drive that begins: the fencing token of its commits (R1). */
  readonly fence: number;
  /** JSON text. */
  readonly input: string;
  /** Its checksum; null where it was recorded without one. */
  readonly inputSum: number | null;
  readonly error: ErrorRecord | null;
  /** Key of the step that failed it: where `retry` goes on. */
  readonly failedKey: string | null;
  readonly undoOutcome: UndoOutcome | null;
  readonly logCount: number;
  /**
   * Drives begun in a row without a commit, a present one included (R7); `handedOver` where the last one gave the run
   * back by itself.
   */
  readonly barrenDrives: number;
  /** How often it was found unfinished without a driver. */
  readonly recoveries: number;
  readonly waitBefore: RunWait | null;
  readonly parent: { readonly runId: string; readonly stepKey: string } | null;
  /** This run's own; null: that of its pipeline, or the one configured for all. */
  readonly budget: Budget | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /**
   * Milliseconds in which it waited, was stopped, had lost its worker or slept with its machine; less than none where
   * the clock was set back.
   */
  readonly idleMs: number;
  /** Tokens of all its model turns so far. */
  readonly tokens: number;
  readonly cleared: ClearedUsage | null;
}

/** A run as a drive finds it, after its fence was raised: `drive` or `resume` are applied to its status. */
export interface LoadedRun extends RunState {
  readonly steps: readonly StepRecord[];
  /** Oldest first. */
  readonly orders: readonly PendingOrder[];
  /** All of them, oldest first: one that a turn consumed may still be news to another agent call in flight. */
  readonly steers: readonly Steer[];
}
