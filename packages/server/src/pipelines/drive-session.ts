/**
 * One drive of one run: what is recorded, what is in flight, what is parked, and why nothing new may begin.
 *
 * The pipeline function runs from its top. A call whose key is recorded returns the record; the first unrecorded one works.
 *
 * P1 what happens between steps depends on the input and on recorded results alone; `now` and `uuid` are the same in every drive, a log
 *    line is written once.
 * P2 parking never throws: a call that cannot go on now returns a promise that never settles, so a `catch` or `finally` of the author
 *    never sees our machinery. The drive is over when it is *quiet*: nothing of ours is in flight, a whole turn of the event loop has
 *    passed without a new call, and the function has returned or waits for what is parked. The same for pause, cancel and a lost fence.
 * P3 a parked run holds no process, connection, timer or memory.
 * P4 keys are unique in their scope; a key used twice stops the run and names both places.
 * P5 the kind of a recorded key must match, and its input where one was recorded; a difference stops the run.
 */

import type { PerdureError } from '@perdure/contract';
import { toErrorRecord, type Budget, type Json, type UndoAttempt, type WaitKind } from '@perdure/contract';
import { Meter } from './budget.ts';
import { ClaimedKeys, keyProblem } from './claimed-keys.ts';
import { haltStrength, type Halt } from './halt.ts';
import type {
  Clock,
  CommitOutcome,
  LiveSink,
  LoadedRun,
  NewEvent,
  RunCommit,
  RunJournal,
  StepRecord,
  StepWrite,
} from './ports.ts';
import { Patience } from './patience.ts';
import { Steers } from './steers.ts';

/** What a parked call waits for. */
export interface Wait {
  readonly kind: WaitKind;
  readonly wakeAt: number | null;
}

export type Undo = (result: never, attempt: UndoAttempt) => unknown;

export interface SessionDeps {
  /** Whether every call notes its place, for a message that names two of them. */
  readonly tracesAll: boolean;
  /** Asks that the next drive of this run does. */
  readonly traceNext: () => void;
  readonly budget: Budget;
  readonly journal: RunJournal;
  readonly live: LiveSink;
  readonly clock: Clock;
}

type SessionCommit = Omit<RunCommit, 'runId' | 'fence' | 'at'>;

export class DriveSession {
  readonly run: LoadedRun;
  readonly record: Map<string, StepRecord>;
  /** Undo closures seen in this drive, by step key. */
  readonly undos = new Map<string, Undo>();
  readonly waits = new Map<string, Wait>();
  readonly steers: Steers;
  /** Calls under way that must not be made twice. */
  onceCalls = 0;
  readonly meter: Meter;
  readonly patience: Patience;
  readonly #deps: SessionDeps;
  readonly #keys: ClaimedKeys;
  readonly #abort = new AbortController();
  readonly #onHalt = new Set<() => void>();
  readonly #parked = new Set<() => void>();
  #halt: Halt | undefined;
  #inFlight = 0;
  #isSealed = false;
  #isClosed = false;
  #seq: number;
  #logLines = 0;
  #unwrittenLogs: NewEvent[] = [];
  #onActivity: (() => void) | undefined;

  constructor(run: LoadedRun, deps: SessionDeps) {
    this.run = run;
    this.#deps = deps;
    this.steers = new Steers(run.steers, (key) => this.record.get(key)?.status === 'started');
    this.meter = new Meter(run, deps.budget);
    this.patience = new Patience(deps.clock);
    this.record = new Map(run.steps.map((step) => [step.key, step]));
    this.#keys = new ClaimedKeys({ isRecorded: (key) => this.record.has(key), tracesAll: deps.tracesAll });
    this.#seq = run.steps.reduce((highest, step) => Math.max(highest, step.seq), 0);
  }

  get clock(): Clock {
    return this.#deps.clock;
  }

  get live(): LiveSink {
    return this.#deps.live;
  }

  get journal(): RunJournal {
    return this.#deps.journal;
  }

  /** Aborted by a cancel, and by nothing else: pause and steer let work in flight finish. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get haltReason(): Halt | undefined {
    return this.#halt;
  }

  /** Whether a call may begin new work. */
  get mayBegin(): boolean {
    return this.#halt === undefined && !this.#isSealed && !this.#isClosed;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isBusy(): boolean {
    return this.#inFlight > 0;
  }

  halt(reason: Halt): void {
    if (this.#halt !== undefined && haltStrength[reason.kind] <= haltStrength[this.#halt.kind]) return;
    this.#halt = reason;
    if (reason.kind === 'cancel') {
      this.#abort.abort();
      this.patience.begin();
    }
    for (const notify of this.#onHalt) notify();
    this.#onActivity?.();
  }

  /** Stops the run until somebody decides: for what only its author can mend. */
  stopForAttention(error: PerdureError): void {
    this.halt({ kind: 'attention', error: toErrorRecord(error, 'internal') });
  }

  /** The pipeline function has settled: nothing new begins. */
  seal(): void {
    this.#isSealed = true;
    for (const notify of this.#onHalt) notify();
  }

  /** Ends the drive: calls on its context never settle from now on (P2). */
  close(): void {
    this.#isClosed = true;
    this.patience.end();
    for (const notify of this.#onHalt) notify();
  }

  takeSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** Claims a key for the one call that may use it in this drive (P4). False: the run stops, or is driven again to name the culprits. */
  claim(key: string): boolean {
    const claim = this.#keys.claim(key);
    if (claim.kind === 'claimed') return true;
    if (claim.kind === 'refused') {
      this.stopForAttention(claim.error);
    } else {
      this.#deps.traceNext();
      this.halt({ kind: 'shutdown' });
    }
    return false;
  }

  /** False, and the run stops, where an author wrote a key that cannot be one. */
  isUsableKey(key: string): boolean {
    const problem = keyProblem(key);
    if (problem !== undefined) this.stopForAttention(problem);
    return problem === undefined;
  }

  /** Counts `work` as in flight; the drive does not end before it has settled. Where `work` was abandoned the promise stays pending. */
  async inFlight<T>(work: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await work();
    } catch (error) {
      if (error !== abandoned) throw error;
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#onActivity?.();
    }
    return await never();
  }

  /** Commits, within a call in flight; where that is impossible the drive is halted and the call abandoned. */
  async commit(part: SessionCommit): Promise<Exclude<CommitOutcome, { kind: 'lost' }>> {
    if (this.#halt?.kind === 'lost' || this.#halt?.kind === 'broken') throw abandoned;
    const logs = this.#unwrittenLogs;
    this.#unwrittenLogs = [];
    let outcome: CommitOutcome;
    try {
      outcome = await this.journal.commit({
        ...part,
        runId: this.run.id,
        fence: this.run.fence,
        at: this.clock.now(),
        ...(logs.length > 0 ? { events: [...logs, ...(part.events ?? [])], logLines: logs.length } : {}),
      });
    } catch (error) {
      this.halt({ kind: 'broken', error });
      throw abandoned;
    }
    if (outcome.kind === 'lost') {
      this.halt({ kind: 'lost' });
      throw abandoned;
    }
    this.live.committed(this.run.id);
    return outcome;
  }

  /** Writes one step; the record holds what won (R3). */
  async writeStep(step: StepWrite, event: NewEvent, part: SessionCommit = {}): Promise<StepRecord> {
    const outcome = await this.commit({ ...part, step, events: [event, ...(part.events ?? [])] });
    const kept = outcome.kind === 'adopted' ? outcome.step : { ...step, resultBlob: null };
    this.steers.consumed(part.consumedOrders ?? []);
    if (step.usage !== undefined) this.meter.used(step.usage);
    if (step.kind === 'turn' && !this.record.has(step.key)) this.meter.turnBegan();
    this.record.set(step.key, kept);
    return kept;
  }

  /** Reads the record, within a call in flight or after the drive has ended; where that fails the drive is called again (E3). */
  async read<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      this.halt({ kind: 'broken', error });
      throw abandoned;
    }
  }

  /** The recorded result of a finished step, parsed afresh: no two callers share an object. */
  async resultOf(step: StepRecord): Promise<Json | undefined> {
    return step.resultBlob === null ? parsed(step.result) : await this.inFlight(() => this.readResult(step));
  }

  /** The same, within a call in flight or after the drive has ended. */
  async readResult(step: StepRecord): Promise<Json | undefined> {
    if (step.resultBlob === null) return parsed(step.result);
    const { resultBlob } = step;
    return await this.read(async () => parsed(await this.journal.readBlob(resultBlob)));
  }

  /** Whether an undo was armed, in an earlier drive, somewhere below a composite's key. */
  hasArmedBelow(key: string): boolean {
    return this.run.steps.some((step) => step.undoable && step.key.startsWith(`${key}/`));
  }

  /** Waits inside a call in flight; ends early when the drive is halted. */
  delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#onHalt.delete(done);
        cancel();
        resolve();
      };
      const cancel = this.clock.after(ms, done);
      this.#onHalt.add(done);
      if (!this.mayBegin) done();
    });
  }

  /**
   * Waits without holding anything. Resolves only within a drive that still lives when the time has come; otherwise a later drive,
   * woken by the engine, finds it past.
   */
  park(key: string, wait: Wait): Promise<void> {
    this.waits.set(key, wait);
    this.#onActivity?.();
    return new Promise((resolve) => {
      let cancel: (() => void) | undefined;
      const unpark = (): void => {
        this.#parked.delete(unpark);
        if (cancel !== undefined) this.#onHalt.delete(cancel);
        cancel?.();
        this.#unpark(key, resolve);
      };
      if (wait.kind !== 'timer') this.#parked.add(unpark);
      if (wait.wakeAt === null) return;
      cancel = this.clock.after(wait.wakeAt - this.clock.now(), unpark);
      this.#onHalt.add(cancel);
    });
  }

  /** Lets calls that wait for somebody look again: a child may have ended, a person answered, while other branches keep this drive alive. */
  lookAgain(): void {
    const parked = [...this.#parked];
    this.#parked.clear();
    for (const unpark of parked) unpark();
  }

  #unpark(key: string, resolve: () => void): void {
    if (!this.mayBegin) return;
    this.waits.delete(key);
    resolve();
  }

  /** Logs beyond the record; the lines travel with the next commit. */
  log(event: NewEvent): void {
    if (this.#isClosed) return;
    this.#logLines += 1;
    if (this.#logLines > this.run.logCount) this.#unwrittenLogs.push(event);
  }

  /** `look` is called whenever the drive may have become quiet, or was halted. */
  onActivity(look: () => void): void {
    this.#onActivity = look;
  }
}

/** Thrown by our machinery to leave a call in flight that cannot settle in this drive; `inFlight` catches it, nobody else sees it. */
export const abandoned: unique symbol = Symbol('abandoned');

/** A promise that never settles. */
export function never(): Promise<never> {
  return new Promise(() => {
    // Nothing holds it, so it is collected with the closures that wait on it.
  });
}

function parsed(text: string | null): Json | undefined {
  return text === null ? undefined : (JSON.parse(text) as Json);
}
