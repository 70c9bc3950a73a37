/**
 * What the judge is given: the record as it was before each kill and as it is at the end, and what others saw
 * meanwhile.
 */

import type { EventsTable, RunsTable, StepsTable, WaitsTable } from '@perdure/db';
import type { PartName } from '@perdure/launcher';
import type { ModelRequest, System, Victim } from '../test/e2e/system.ts';
import type { AttemptLine, InquiryLine } from './effects-log.ts';

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

/** What a person answered, or tried to, to the question what became of a call. */
export interface Decision {
  readonly waitId: string;
  /** Of the call: `<run>/<step key>`. */
  readonly idempotencyKey: string;
  /** JSON text. */
  readonly answer: string;
  /** When it was decided, before it was sent. */
  readonly at: number;
  /** Whether the server said that it had taken it. */
  readonly isAcknowledged: boolean;
}

/** A part that ended though nobody killed it. */
export interface UnaskedEnd {
  readonly part: PartName;
  readonly why: string;
}

export type RunRow = Pick<RunsTable, 'id' | 'pipeline' | 'status' | 'parent_run' | 'error'>;
export type StepRow = Pick<StepsTable, 'run_id' | 'key' | 'kind' | 'status' | 'undoable' | 'result'>;
export type WaitRow = Pick<WaitsTable, 'id' | 'run_id' | 'step_key' | 'purpose' | 'answer'>;
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
  readonly effects: readonly AttemptLine[];
  readonly inquiries: readonly InquiryLine[];
  readonly decisions: readonly Decision[];
  readonly waits: readonly WaitRow[];
}

/** The record as it stands now. */
export function readRecord(system: System): Pick<Facts, 'runs' | 'steps' | 'events' | 'waits'> {
  return {
    runs: system.read<RunRow>('SELECT id, pipeline, status, parent_run, error FROM runs'),
    steps: system.read<StepRow>('SELECT run_id, key, kind, status, undoable, result FROM steps'),
    events: system.read<EventRow>('SELECT * FROM events ORDER BY run_id, seq'),
    waits: system.read<WaitRow>('SELECT id, run_id, step_key, purpose, answer FROM waits'),
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
