/** The record as a drive needs it. The store implements it; every store passes the same conformance suite. */

import type { ErrorRecord, RunEventData, RunStatus } from '@perdure/contract';
import type { Answer, CommitOutcome, RunCommit } from './commit.ts';
import type { LoadedRun, PendingOrder, Steer } from './record.ts';

export interface RunJournal {
  /** Raises the fence and loads the record in one transaction (R1). Undefined: no such run. */
  begin(runId: string, at: number, options?: BeginOptions): Promise<LoadedRun | undefined>;
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
  /** What was told last of steps that the code of a run has no more; undefined: nothing. */
  readNotMet(runId: string): Promise<NotMet | undefined>;
  readAnswer(waitId: string): Promise<Answer | undefined>;
  /** What was put into the inboxes of the runs named and is not yet consumed. */
  inboxes(runIds: readonly string[]): Promise<ReadonlyMap<string, Inbox>>;
}

export type NotMet = RunEventData<'run.steps_not_met'>;

export interface BeginOptions {
  /** Whether the drive before this one held its worker up until that was killed (R7). */
  readonly wasStuck?: boolean;
}

export interface Inbox {
  readonly orders: readonly PendingOrder[];
  readonly steers: readonly Steer[];
}
