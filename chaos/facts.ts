/** What the judge is given: the record as it was before each kill and as it is at the end, and what others saw meanwhile. */

import type { EventsTable, RunsTable, StepsTable } from '@perdure/db';
import type { PartName } from '@perdure/server/launcher';
import type { ModelRequest, System, Victim } from '../test/e2e/system.ts';
import type { EffectLine } from './effects-server.ts';

/** A run that the server promised to a client. */
export interface Acknowledgement {
  readonly idempotencyKey: string;
  readonly runId: string;
  readonly at: number;
}

/** A SIGKILL of ours. */
export interface Kill {
  readonly victim: Victim;
  readonly at: number;
}

/** A part that ended though nobody killed it. */
export interface UnaskedEnd {
  readonly part: PartName;
  readonly why: string;
}

export type RunRow = Pick<RunsTable, 'id' | 'pipeline' | 'status' | 'parent_run' | 'error'>;
export type StepRow = Pick<StepsTable, 'run_id' | 'key' | 'kind' | 'status' | 'undoable' | 'result'>;
export type EventRow = EventsTable;

/** Everything that the judgement rests on. */
export interface Facts {
  readonly kills: readonly Kill[];
  readonly unaskedEnds: readonly UnaskedEnd[];
  readonly acknowledgements: readonly Acknowledgement[];
  /** Every event that was in the record before some kill. */
  readonly eventsBefore: readonly EventRow[];
  readonly runs: readonly RunRow[];
  readonly steps: readonly StepRow[];
  readonly events: readonly EventRow[];
  readonly modelRequests: readonly ModelRequest[];
  readonly effects: readonly EffectLine[];
}

/** The record as it stands now. */
export function readRecord(system: System): Pick<Facts, 'runs' | 'steps' | 'events'> {
  return {
    runs: system.read<RunRow>('SELECT id, pipeline, status, parent_run, error FROM runs'),
    steps: system.read<StepRow>('SELECT run_id, key, kind, status, undoable, result FROM steps'),
    events: system.read<EventRow>('SELECT * FROM events ORDER BY run_id, seq'),
  };
}

/** Collects the events of a growing record; each look reads only what is new. */
export class EventWitness {
  readonly events: EventRow[] = [];
  readonly #system: System;
  #lastRow = 0;

  constructor(system: System) {
    this.#system = system;
  }

  /** To be called before each kill. */
  look(): void {
    const rows = this.#system.read<EventRow & { row: number }>(
      'SELECT rowid AS row, * FROM events WHERE rowid > ? ORDER BY rowid',
      this.#lastRow,
    );
    for (const { row, ...event } of rows) {
      this.#lastRow = row;
      this.events.push(event);
    }
  }
}
