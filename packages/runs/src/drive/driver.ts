/**
 * Drives runs: `drive(runId)` returns when the run is finished or parked. The engine calls it at least once after every
 * wake; everything else is decided here, from the record.
 *
 * R1 a drive begins by raising the fence and loading the record, in one transaction; every commit names that fence.
 * R2 a commit with an old fence is refused: that driver has lost the run, stops, and touches nothing more.
 * R3 the first commit of a key wins; a second one adopts it (`run-record.ts`, the journal).
 * R4 two drives of one run in one process are one: the second joins the first and raises no fence.
 * R6 a drive of a finished run repeats its outgoing wake to the parent before it returns.
 * R7 ten drives in a row without a commit, or three that held the whole worker up: `needs_attention` with the last
 *    error. Runs whose worker is lost again and again are driven one at a time (`apart.ts`).
 *
 * The drive returns when every call is settled or parked and nothing of ours is in flight; its context is revoked (P2).
 * E1-E4 belong to the engine (`engine/conformance.ts`), R5 to the sweep (`sweep.ts`).
 */

import {
  compact,
  isFinished,
  PerdureError,
  toErrorRecord,
  type Budget,
  type ErrorRecord,
  type PipelineDefinition,
} from '@perdure/contract';
import { Apart, suspectAfter } from './apart.ts';
import { DriveSession } from '../session/drive-session.ts';
import { finishRun, type After, type Ending } from './endings.ts';
import { OrderPoll } from '../session/order-poll.ts';
import { playPipeline } from './play.ts';
import type { RunJournal } from '../record/journal.ts';
import type { Clock, LiveSink, LoopRegister, StuckDrive, Waker } from '../record/ports.ts';
import type { LoadedRun } from '../record/record.ts';
import type { AgentCaller } from '../steps/step-port.ts';
import { notLoaded } from '../steps/not-loaded.ts';
import type { Lend, SchemaTrial, Tool, WhyLeftOut } from '../steps/tool-port.ts';
import { armedSteps } from './undo.ts';

export interface DriverDeps {
  readonly journal: RunJournal;
  readonly waker: Waker;
  readonly live: LiveSink;
  readonly clock: Clock;
  readonly agents: AgentCaller;
  readonly pipelines: (id: string) => PipelineDefinition | undefined;
  readonly tools: (id: string) => Tool | undefined;
  /** Why something is not loaded; default: nobody knows. */
  readonly whyLeftOut?: WhyLeftOut;
  /** The folder of a run, made where it is missing. Absolute. */
  readonly workspace: (runId: string) => Promise<string>;
  /** For runs and pipelines that name none; default: no limit. */
  readonly budget?: Budget;
  /** A new run id (UUIDv7). */
  readonly newId: () => string;
  /** How long a pipeline may stand still without any of our calls, in milliseconds; default 30,000. */
  readonly stallMs?: number;
  /** Default: schemas of authors are run as they are. */
  readonly trial?: SchemaTrial;
  /** Default: nobody lends secrets to tools. */
  readonly lend?: Lend;
  /** Default: nobody asks whose code is running. */
  readonly register?: LoopRegister;
  /** Drives that held the worker before this one up until it was killed. */
  readonly stuck?: readonly StuckDrive[];
}

export interface Driver {
  /**
   * Resolves when the run is finished, parked or lost to another driver; rejects where the engine must call again (E3).
   */
  drive(runId: string): Promise<void>;
  /**
   * Begins nothing new, lets what is in flight finish, and hands every run back to the engine. Resolves when all drives
   * have returned.
   */
  drain(): Promise<void>;
  /** Whether a call is under way that must not be made twice: cut off, it is left to a person. */
  readonly isDelicate: boolean;
}

/** Drives in a row without a commit before somebody has to look (R7). */
export const maxBarrenDrives = 10;

/** How long the others may go on first where a run has held the worker up: it may do so again. */
const standBackMs = 5_000;

const noRegister: LoopRegister = { inNameOf: (_occupant, work) => work() };

export function createDriver(deps: DriverDeps): Driver {
  return new RunDriver(deps);
}

class RunDriver implements Driver {
  readonly #deps: DriverDeps;
  /** R4: the drives of this process, by run. */
  readonly #drives = new Map<string, Promise<void>>();
  readonly #lastErrors = new Map<string, unknown>();
  readonly #inbox: OrderPoll;
  /** Runs whose next drive has to name the place of every call. */
  readonly #traced = new Set<string>();
  /** What is not yet counted (R7). */
  readonly #stuck: Map<string, StuckDrive>;
  readonly #apart = new Apart();
  #isDraining = false;

  constructor(deps: DriverDeps) {
    this.#deps = deps;
    this.#inbox = new OrderPoll(deps);
    this.#stuck = new Map(deps.stuck?.map((drive) => [drive.runId, drive]));
  }

  drive(runId: string): Promise<void> {
    const joined = this.#drives.get(runId);
    if (joined !== undefined) return joined;
    const driven = this.#driveOnce(runId).finally(() => this.#drives.delete(runId));
    this.#drives.set(runId, driven);
    return driven;
  }

  get isDelicate(): boolean {
    return this.#inbox.sessions.some((session) => session.inFlight.isDelicate);
  }

  async drain(): Promise<void> {
    this.#isDraining = true;
    for (const session of this.#inbox.sessions) {
      session.gate.halt({ kind: 'shutdown' });
      session.persistence.hurry();
      // A commit of nothing: a worker that is restarted ten times during one long turn is no sign of a run that cannot
      // go on (R7).
      void session.inFlight.run(() => session.record.commit({}));
    }
    await Promise.allSettled(this.#drives.values());
  }

  async #driveOnce(runId: string): Promise<void> {
    if (this.#isDraining) {
      throw new PerdureError('unavailable', 'This worker is stopping; the run goes on when the next one has started.');
    }
    try {
      const stuck = this.#stuck.get(runId);
      const run = await this.#deps.journal.begin(runId, this.#deps.clock.now(), { wasStuck: stuck !== undefined });
      this.#stuck.delete(runId);
      if (run !== undefined) await this.#driveLoaded(run, stuck);
      this.#lastErrors.delete(runId);
    } catch (error) {
      this.#lastErrors.set(runId, error);
      throw error;
    }
  }

  async #driveLoaded(run: LoadedRun, stuck: StuckDrive | undefined): Promise<void> {
    if (isFinished(run.status)) {
      await this.#wakeParent(run);
      return;
    }
    if (run.status === 'paused' || run.status === 'needs_attention') return;
    const { live } = this.#deps;
    const session = new DriveSession(run, {
      ...this.#deps,
      live: {
        text: (...told) => live.text(...told),
        committed: (runId) => {
          this.#apart.release(runId);
          live.committed(runId);
        },
      },
      register: this.#deps.register ?? noRegister,
      tracesAll: this.#traced.delete(run.id),
      traceNext: () => this.#traced.add(run.id),
      budget: run.budget ?? this.#deps.pipelines(run.pipeline)?.budget ?? this.#deps.budget ?? {},
    });
    this.#inbox.open(session);
    if (this.#isDraining) session.gate.halt({ kind: 'shutdown' });
    try {
      await this.#follow(run, await finishRun(session, await this.#play(session, stuck), this.#wakes));
    } finally {
      this.#apart.release(run.id);
      this.#inbox.close(session);
    }
  }

  async #play(session: DriveSession, stuck: StuckDrive | undefined): Promise<Ending> {
    const { run } = session;
    const isSetAside = run.barrenDrives > maxBarrenDrives;
    const isSuspect = stuck === undefined && run.barrenDrives >= suspectAfter && !this.#lastErrors.has(run.id);
    if (stuck !== undefined && !isSetAside) await standBack(session);
    if (isSuspect && !isSetAside) await this.#apart.turn(session);
    const halt = session.gate.halted?.kind;
    // Where nothing is to be undone its code is not needed to end it, be it gone or a loop without an end.
    if (halt === 'cancel' && armedSteps(session.record).length === 0) return { kind: 'quiet' };
    if (isSetAside) return { kind: 'unplayable', error: this.#barrenError(session, stuck) };
    const isToRest = halt === 'pause' || halt === 'shutdown';
    if ((stuck !== undefined || isSuspect) && isToRest && run.undoOutcome === null) return { kind: 'quiet' };
    const pipeline = this.#deps.pipelines(run.pipeline);
    const { agents, tools, workspace, newId, trial, lend, whyLeftOut, stallMs = 30_000 } = this.#deps;
    if (pipeline === undefined) {
      const message = `${notLoaded('pipeline', run.pipeline, whyLeftOut)}, then resume the run.`;
      return { kind: 'unplayable', error: { code: 'not_found', message } };
    }
    if (run.undoOutcome !== null) session.gate.halt({ kind: 'replay' });
    const context = { agents, tools, workspace, newId, trial, lend, whyLeftOut, ...this.#wakes };
    return await playPipeline(session, pipeline, { context, stallMs });
  }

  async #follow(run: LoadedRun, after: After): Promise<void> {
    switch (after.kind) {
      case 'finished':
        await this.#wakeParent(run);
        return;
      case 'wake':
        await this.#deps.waker.wake(run.id, after.at === undefined ? {} : { at: after.at });
        return;
      case 'idle':
        return;
      default:
        after satisfies never;
    }
  }

  get #wakes(): { readonly wakeRun: (runId: string) => Promise<void> } {
    return { wakeRun: (runId) => this.#deps.waker.wake(runId) };
  }

  /** R6: idempotent, so it is repeated whenever a finished run is driven. */
  async #wakeParent(run: LoadedRun): Promise<void> {
    if (run.parent !== null) await this.#deps.waker.wake(run.parent.runId);
  }

  /** R7 */
  #barrenError({ run, record }: DriveSession, stuck: StuckDrive | undefined): ErrorRecord {
    if (stuck !== undefined) return heldUp(stuck);
    const last = this.#lastErrors.get(run.id);
    if (last !== undefined) return toErrorRecord(last, 'internal');
    const begun = record.steps.findLast(({ status }) => status === 'started')?.key;
    const done = record.steps.findLast(({ status }) => status === 'done')?.key;
    const where =
      begun !== undefined
        ? `in step "${begun}"`
        : done === undefined
          ? 'before its first step'
          : `behind step "${done}"`;
    return {
      code: 'stalled',
      message: `The worker was lost each time this run was driven, ${where}; look there and into worker.log for what ends the process (memory, a signal), then resume or cancel the run.`,
      details: compact({ stepKey: begun }),
    };
  }
}

/** Lets the others go on, unless there is an order to follow at once. */
async function standBack({ clock, gate }: DriveSession): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stopListening();
      cancel();
      resolve();
    };
    const cancel = clock.after(standBackMs, done);
    const stopListening = gate.onChange(done);
    if (gate.halted !== undefined) done();
  });
}

function heldUp({ at, place, error }: StuckDrive): ErrorRecord {
  const where = place === undefined ? at : `${at} (${place})`;
  if (error !== undefined) {
    return {
      code: 'stalled',
      message: `This run has ended the whole worker by an error that nobody caught, again and again, the last time ${where}: ${error}; look there for a timer or a listener that throws, then resume or cancel the run.`,
      details: compact({ at: place }),
    };
  }
  return {
    code: 'stalled',
    message: `This run has held the whole worker up until it was killed, again and again, the last time ${where}; look there for a loop without an end or a pattern that never comes back, then resume or cancel the run.`,
    details: compact({ at: place }),
  };
}
