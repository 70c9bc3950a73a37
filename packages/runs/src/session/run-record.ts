/**
 * What is recorded of a run, as one drive sees and writes it: its steps by key, their numbers, the lines of its log. A
 * commit that another driver's fence refuses halts the drive (R2); what somebody else committed first is adopted (R3);
 * a line that an earlier drive has written is not written again (P1). A record that cannot be written for a while is
 * waited for (`persistence.ts`).
 */

import {
  isPerdureError,
  type Json,
  type PerdureError,
  type StepKind,
  type ToolUndoAttempt,
  type UndoAttempt,
} from '@perdure/contract';
import { recorded, type CommitOutcome, type NewEvent, type RunCommit, type StepWrite } from '../record/commit.ts';
import type { Gate } from './gate.ts';
import { abandoned } from './in-flight.ts';
import type { RunJournal } from '../record/journal.ts';
import type { Persistence } from './persistence.ts';
import type { Clock, LiveSink } from '../record/ports.ts';
import type { FinishedStep, LoadedRun, StepOf, StepRecord } from '../record/record.ts';
import { damagedValue, parsedJson, textInRow } from '../record/stored-value.ts';
import type { WorkTime } from './work-time.ts';

export type Undo = (result: never, attempt: UndoAttempt) => unknown;
/** Of a tool call. */
export type ToolUndo = (result: never, attempt: ToolUndoAttempt) => unknown;

/** What goes into the commit of a step besides the step. */
export type CommitPart = Omit<RunCommit, 'runId' | 'fence' | 'at' | 'idleMs'>;

/** What the record holds after a write. */
type StepAfter<S extends StepWrite> = S extends { readonly status: 'started' } ? StepRecord : FinishedStep;

export interface RecordDeps {
  readonly journal: RunJournal;
  readonly live: LiveSink;
  readonly clock: Clock;
  readonly gate: Pick<Gate, 'halt' | 'stopForAttention' | 'isCutOff' | 'isClosed'>;
  readonly persistence: Persistence;
  readonly workTime: Pick<WorkTime, 'idleMsAt'>;
  /** A step was written; `isNew`: for the first time. */
  readonly onWritten: (step: StepWrite, written: { readonly isNew: boolean; readonly part: CommitPart }) => void;
}

export type IntactResult =
  | { readonly kind: 'done'; readonly value: Json | undefined }
  | { readonly kind: 'damaged'; readonly error: PerdureError };

export class RunRecord {
  /** Undo closures seen in this drive, by step key. */
  readonly undos = new Map<string, Undo>();
  readonly #run: LoadedRun;
  readonly #deps: RecordDeps;
  readonly #steps: Map<string, StepRecord>;
  #seq: number;
  #logLines = 0;
  #unwrittenLogs: NewEvent[] = [];

  constructor(run: LoadedRun, deps: RecordDeps) {
    this.#run = run;
    this.#deps = deps;
    this.#steps = new Map(run.steps.map((step) => [step.key, step]));
    this.#seq = run.steps.reduce((highest, step) => Math.max(highest, step.seq), 0);
  }

  get steps(): readonly StepRecord[] {
    return [...this.#steps.values()];
  }

  find(key: string): StepRecord | undefined {
    return this.#steps.get(key);
  }

  takeSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** Whether an undo was armed, in an earlier drive, somewhere below a composite's key. */
  hasArmedBelow(key: string): boolean {
    return this.#run.steps.some((step) => step.undoable && step.key.startsWith(`${key}/`));
  }

  /**
   * Writes one step, within a call in flight; returns what the record holds then. Whoever closes a key first, after a
   * write of its end it is closed (R3).
   */
  async write<S extends StepWrite>(step: S, event?: NewEvent, part: CommitPart = {}): Promise<StepAfter<S>> {
    const outcome = await this.commit({
      ...part,
      step,
      events: [...(event === undefined ? [] : [event]), ...(part.events ?? [])],
    });
    const isNew = !this.#steps.has(step.key);
    const kept = outcome.kind === 'adopted' ? outcome.step : recorded(step);
    this.#steps.set(step.key, kept);
    this.#deps.onWritten(step, { isNew, part });
    return kept as StepAfter<S>;
  }

  /** The same, unless a person has answered the question: then nothing is written, and the step stands as it is. */
  async writeUnlessAnswered(wait: string, step: StepWrite, event: NewEvent): Promise<StepRecord> {
    return await this.write(step, event, { unlessAnswered: wait });
  }

  /** Commits, within a call in flight; where that is impossible the drive is halted and the call abandoned. */
  async commit(part: CommitPart): Promise<Exclude<CommitOutcome, { kind: 'lost' }>> {
    const { gate, journal, clock, live, workTime } = this.#deps;
    if (gate.isCutOff) throw abandoned;
    const { id: runId, fence } = this.#run;
    const logs = this.#unwrittenLogs;
    this.#unwrittenLogs = [];
    const carried =
      logs.length === 0 ? part : { ...part, events: [...logs, ...(part.events ?? [])], logLines: logs.length };
    const outcome = await this.read(() => {
      const at = clock.now();
      return journal.commit({ ...carried, runId, fence, at, idleMs: workTime.idleMsAt(at) });
    });
    if (outcome.kind === 'lost') {
      gate.halt({ kind: 'lost' });
      throw abandoned;
    }
    live.committed(runId);
    return outcome;
  }

  /**
   * Asks the journal, within a call in flight or after the drive has ended; where that fails for good the drive is
   * called again (E3).
   */
  async read<T>(ask: (journal: RunJournal) => Promise<T>): Promise<T> {
    const { journal, persistence } = this.#deps;
    try {
      return await persistence.of(() => ask(journal));
    } catch (error) {
      this.#deps.gate.halt({ kind: 'broken', error });
      throw abandoned;
    }
  }

  /**
   * The recorded result of a finished step, parsed afresh: no two callers share an object. Within a call in flight; one
   * that is no longer what was recorded stops the run.
   */
  async resultOf(step: StepOf<StepKind, 'done'>): Promise<Json | undefined> {
    const found = await this.intactResultOf(step);
    if (found.kind === 'done') return found.value;
    this.#deps.gate.stopForAttention(found.error);
    throw abandoned;
  }

  /** The same, for who goes on without it. */
  async intactResultOf({ key, result }: StepOf<StepKind, 'done'>): Promise<IntactResult> {
    const near = textInRow(result);
    if (near !== undefined) return { kind: 'done', value: parsedJson(near.text) };
    if (result.kind === 'inline') return { kind: 'damaged', error: damagedValue(`The result of step "${key}"`) };
    return await this.read(async (journal): Promise<IntactResult> => {
      try {
        return { kind: 'done', value: parsedJson(await journal.readBlob(result.hash)) };
      } catch (error) {
        if (isPerdureError(error, 'storage_corrupt')) return { kind: 'damaged', error };
        throw error;
      }
    });
  }

  /** Logs beyond the record; the lines travel with the next commit. */
  log(event: NewEvent): void {
    if (this.#deps.gate.isClosed) return;
    this.#logLines += 1;
    if (this.#logLines > this.#run.logCount) this.#unwrittenLogs.push(event);
  }
}
