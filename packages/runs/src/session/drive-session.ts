/**
 * One drive of one run, in four parts: what is recorded, whether anything new may begin, what is in flight, what is
 * parked.
 *
 * The pipeline function runs from its top. A call whose key is recorded returns the record; the first unrecorded one
 * works.
 *
 * P1 what happens between steps depends on the input and on recorded results alone; `now` and `uuid` are the same in
 *    every drive, a log line is written once.
 * P2 parking never throws: a call that cannot go on now returns a promise that never settles, so a `catch` or `finally`
 *    of the author never sees our machinery. The drive is over when it is *quiet*: nothing of ours is in flight, a
 *    whole turn of the event loop has passed without a new call, and the function has returned or waits for what is
 *    parked. The same for pause, cancel and a lost fence.
 * P3 a parked run holds no process, connection, timer or memory.
 * P4 keys are unique in their scope; a key used twice stops the run and names both places.
 * P5 the kind of a recorded key must match, and its input where one was recorded; a difference stops the run.
 */

import type { Budget } from '@perdure/contract';
import { Meter } from './budget.ts';
import { ClaimedKeys } from './claimed-keys.ts';
import { Gate } from './gate.ts';
import { InFlight } from './in-flight.ts';
import type { RunJournal } from '../record/journal.ts';
import { Parking } from './parking.ts';
import { Persistence } from './persistence.ts';
import type { Clock, LiveSink, LoopOccupant, LoopRegister } from '../record/ports.ts';
import type { LoadedRun } from '../record/record.ts';
import { RunRecord } from './run-record.ts';
import { Steers } from './steers.ts';
import { WorkTime } from './work-time.ts';

export interface SessionDeps {
  /** Whether every call notes its place, for a message that names two of them. */
  readonly tracesAll: boolean;
  /** Asks that the next drive of this run does. */
  readonly traceNext: () => void;
  readonly budget: Budget;
  readonly journal: RunJournal;
  readonly live: LiveSink;
  readonly clock: Clock;
  readonly register: LoopRegister;
}

export class DriveSession {
  readonly run: LoadedRun;
  readonly clock: Clock;
  readonly live: LiveSink;
  readonly gate = new Gate();
  readonly persistence: Persistence;
  readonly record: RunRecord;
  readonly inFlight: InFlight;
  readonly parking: Parking;
  readonly steers: Steers;
  readonly meter: Meter;
  readonly keys: ClaimedKeys;
  /** The pipeline function; what it does changes with each call that gives it something. */
  readonly occupant: LoopOccupant;
  readonly #register: LoopRegister;
  #look: (() => void) | undefined;

  constructor(run: LoadedRun, deps: SessionDeps) {
    const { budget, journal, live, clock, tracesAll, traceNext, register } = deps;
    const { gate } = this;
    const look = (): void => this.#look?.();
    this.run = run;
    this.#register = register;
    this.occupant = { runId: run.id, at: 'before its first step' };
    this.clock = clock;
    this.live = live;
    const workTime = new WorkTime(run, clock);
    this.meter = new Meter(run, { budget, workTime });
    this.persistence = new Persistence({ clock, gate });
    this.record = new RunRecord(run, {
      journal,
      live,
      clock,
      gate,
      persistence: this.persistence,
      workTime,
      onWritten: (step, { isNew, part }) => {
        this.steers.consumed(part.consumedOrders ?? []);
        this.meter.written(step, { isNew });
      },
    });
    this.steers = new Steers(run.steers, (key) => this.record.find(key)?.status === 'started');
    this.inFlight = new InFlight({ gate, clock, onIdle: look });
    this.parking = new Parking({ gate, clock, onParked: look });
    this.keys = new ClaimedKeys({
      isRecorded: (key) => this.record.find(key) !== undefined,
      tracesAll,
      traceNext,
      gate,
    });
    gate.onChange(look);
  }

  /** Runs the pipeline function. */
  occupied<T>(work: () => T): T {
    return this.#register.inNameOf(this.occupant, work);
  }

  /** Runs other code of an author; `at`: a clause that says which. */
  occupiedBy<T>(at: string, work: () => T): T {
    return this.#register.inNameOf({ runId: this.run.id, at }, work);
  }

  /** `look` is called whenever the drive may have become quiet, or was halted. */
  onActivity(look: () => void): void {
    this.#look = look;
  }
}
