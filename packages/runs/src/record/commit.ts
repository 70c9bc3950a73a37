/** One atomic change of a run by its driver, and what became of it. */

import type { Budget, ErrorRecord, NewRunEvent, StepFacts, StepKind, Usage, WaitPurpose } from '@perdure/contract';
import type { PendingOrder, RunWait, StepOf, StepRecord, UndoOutcome } from './record.ts';

export type NewEvent = NewRunEvent;

/**
 * Writing a step: `started` inserts, `done` and `failed` insert or close the started row. The first one to close a key
 * wins (R3).
 */
export type StepWrite =
  | StepOf<StepKind, 'started' | 'failed'>
  /** `result`: JSON text; null where there is none. */
  | (Omit<StepOf<StepKind, 'done'>, 'result'> & StepFacts & { readonly result: string | null; readonly usage?: Usage });

/** The step that a write has made, where it was the first to close its key. */
export function recorded(write: StepWrite): StepRecord {
  if (write.status !== 'done') return write;
  const { usage: _counted, ...step } = write;
  return { ...step, result: { kind: 'inline', text: write.result } };
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
export type RunChange =
  | { readonly action: 'park'; readonly wait: RunWait }
  | { readonly action: 'pause' }
  /** `undoOutcome`: what was meant to happen to the run, and could not. */
  | { readonly action: 'stop_for_attention'; readonly error: ErrorRecord; readonly undoOutcome?: UndoOutcome }
  | ({ readonly action: 'undo'; readonly undoOutcome: UndoOutcome } & RunFailure)
  /** `output`: JSON text. */
  | { readonly action: 'complete'; readonly output: string }
  | ({ readonly action: 'fail' | 'cancel' } & RunFailure);

/** Why a run ends, and the step that failed it where it was one: `retry` goes on there. */
export interface RunFailure {
  readonly error?: ErrorRecord;
  readonly failedKey?: string;
}

/** One atomic change by a driver: all of it or nothing. */
export interface RunCommit {
  readonly runId: string;
  readonly fence: number;
  readonly at: number;
  /** Milliseconds since the start of the run that were no work; absent: as before. */
  readonly idleMs?: number;
  readonly step?: StepWrite;
  readonly events?: readonly NewEvent[];
  readonly change?: RunChange;
  readonly consumedOrders?: readonly string[];
  /** A wait that must have no answer yet; where it has one nothing is written, and the step that stands is adopted. */
  readonly unlessAnswered?: string;
  readonly childRun?: NewRun;
  readonly wait?: NewWait;
  readonly logLines?: number;
  /** How many drives in a row count as without a commit; default 0, since this is one (R7). Or `handedOver`. */
  readonly barrenDrives?: number;
  /** Orders put into the inboxes of other runs: a cancelled parent cancels its children. */
  readonly ordersTo?: readonly OrderTo[];
}

export type CommitOutcome =
  | { readonly kind: 'committed' }
  /** Another commit closed the key first, or a person answered: this is what stands. */
  | { readonly kind: 'adopted'; readonly step: StepRecord }
  /** The fence was raised by another driver (R2). */
  | { readonly kind: 'lost' };
