/**
 * The real thing under the run model: a record on a SQLite file, one worker after another with an engine of its own,
 * and a virtual clock. A worker that is killed takes its engine along: what it knew comes back from the record alone,
 * by the sweep. One that is usurped goes on beside its successor, as a frozen process does that thaws.
 */

import type { EventsTable, ModelOutagesTable, OrdersTable, RunsTable, StepsTable, WaitsTable } from '@perdure/db';
import { createInlineEngine, type InlineEngine } from '@perdure/engine/inline';
import type { RunJournal } from '../src/record/journal.ts';
import { sweepOnce } from '../src/drive/sweep.ts';
import { createSweepStore } from '../src/store/sweep-store.ts';
import { outagesOf } from './agent-harness.ts';
import { Harness } from './harness.ts';
import { Mortal, mortalClock, mortalOutages, mortalParts } from './mortal-worker.ts';
import { Jobs, type Job } from './run-model-jobs.ts';
import { codeOf } from './run-model-pipelines.ts';
import { noticedMs } from './run-model-steers.ts';
import type { Hands } from './run-model-tools.ts';

/** All rows of the runs of one sequence, and what is being done for them. */
export interface Snapshot {
  readonly now: number;
  readonly runs: readonly RunsTable[];
  readonly steps: readonly StepsTable[];
  readonly events: readonly EventsTable[];
  readonly waits: readonly WaitsTable[];
  /** Also those that a retry has forgotten since. */
  readonly answered: readonly WaitsTable[];
  readonly orders: readonly OrdersTable[];
  /** Of drives that hold their run. */
  readonly jobs: readonly Job[];
  /** Of the one model there is. */
  readonly outage: ModelOutagesTable | undefined;
}

export class World implements AsyncDisposable {
  readonly harness: Harness;
  readonly jobs = new Jobs();
  /** Whether the model can be asked at all. */
  isModelUp = true;
  #worker = 0;
  #mortal = new Mortal();
  /** Usurped, and still alive. */
  readonly #former = new Map<number, Mortal>();
  #engine: InlineEngine | undefined;
  #wakesToLose = 0;
  readonly #answered = new Map<string, WaitsTable>();
  /** Runs up to this id belong to sequences before. */
  #since = '';

  static async open(): Promise<World> {
    const harness = await Harness.open([]);
    // Here processes die, not the machine: what was written need not be waited for to reach the disk.
    harness.database.sqlite.exec('PRAGMA synchronous = OFF');
    return new World(harness);
  }

  private constructor(harness: Harness) {
    this.harness = harness;
    this.hire();
  }

  get mortal(): Mortal {
    return this.#mortal;
  }

  /** A sequence begins: nobody of those before it is left, and nothing is looked at any more. */
  begin(): void {
    for (const [worker, mortal] of this.#former) this.#bury(worker, mortal);
    this.kill();
    this.loseWakes(0);
    this.isModelUp = true;
    this.harness.database.sqlite.exec('DELETE FROM model_outages');
    this.#since = this.harness.newId();
    this.jobs.log.length = 0;
    this.#answered.clear();
  }

  /** A new worker beside or after the one before. Nothing wakes it. */
  hire(): void {
    const { harness, jobs } = this;
    if (this.#mortal.isDead) this.#bury(this.#worker, this.#mortal);
    else this.#former.set(this.#worker, this.#mortal);
    this.#worker += 1;
    const mortal = new Mortal();
    this.#mortal = mortal;
    const engine = createInlineEngine(mortalClock(mortal, harness.clock));
    const fences = new Map<string, number>();
    const journal: RunJournal = {
      ...harness.journal,
      begin: async (...of) => {
        const run = await harness.journal.begin(...of);
        if (run !== undefined) fences.set(run.id, run.fence);
        return run;
      },
    };
    const parts = mortalParts(mortal, { clock: harness.clock, journal, waker: engine });
    const hands: Hands = {
      worker: this.#worker,
      mortal,
      jobs,
      fences,
      isModelUp: () => this.isModelUp,
      outages: mortalOutages(mortal, outagesOf(harness, parts)),
      now: () => harness.clock.now(),
    };
    const driver = harness.newDriver({ ...parts, ...codeOf(hands) });
    engine.connect((runId) => driver.drive(runId));
    this.#engine = engine;
    const wake: InlineEngine['wake'] = async (...of) => {
      if (this.#wakesToLose === 0) await engine.wake(...of);
      else this.#wakesToLose -= 1;
    };
    Object.assign(harness, { engine: { ...engine, wake }, driver });
  }

  /** Whoever orders or answers dies after that is recorded and before the engine hears of it, so many times. */
  loseWakes(times: number): void {
    this.#wakesToLose = times;
  }

  kill(): void {
    this.#mortal.kill();
    this.hire();
  }

  #bury(worker: number, mortal: Mortal): void {
    mortal.kill();
    this.jobs.drop(worker);
    this.#former.delete(worker);
  }

  /** A minute passes, most of it in one leap, as it does for a machine that slept; then the sweep looks. */
  async sweep(): Promise<void> {
    const { clock, database } = this.harness;
    await this.harness.advance(noticedMs);
    clock.moveTo(clock.now() + 60_000);
    await this.settle();
    const store = createSweepStore(database);
    if (this.#engine === undefined) return;
    await sweepOnce({ store, waker: this.#engine, clock, holder: 'server', log: () => undefined });
    await this.settle();
  }

  /**
   * Lets everything happen that needs no time: until a while has passed in which nothing was written. A worker that
   * died is replaced.
   */
  async settle(): Promise<void> {
    for (let before = -1, now = 0; before !== now;) {
      before = now;
      await this.harness.settle();
      if (this.#mortal.isDead) this.hire();
      now = Number(this.harness.database.sqlite.prepare('SELECT total_changes() AS n').get()?.['n']);
    }
  }

  snapshot(): Snapshot {
    const rows = <T>(sql: string): readonly T[] =>
      this.harness.database.sqlite.prepare(sql).all(this.#since) as unknown as T[];
    const waits = rows<WaitsTable>('SELECT * FROM waits WHERE run_id > ? ORDER BY id');
    for (const wait of waits) if (wait.answer !== null) this.#answered.set(wait.id, wait);
    const runs = rows<RunsTable>('SELECT * FROM runs WHERE id > ? ORDER BY id');
    return {
      now: this.harness.clock.now(),
      runs,
      steps: rows('SELECT * FROM steps WHERE run_id > ? ORDER BY run_id, seq'),
      events: rows('SELECT * FROM events WHERE run_id > ? ORDER BY run_id, seq'),
      waits,
      answered: [...this.#answered.values()],
      orders: rows('SELECT * FROM orders WHERE run_id > ? ORDER BY created_at, id'),
      outage: rows<ModelOutagesTable>('SELECT * FROM model_outages WHERE ? IS NOT NULL')[0],
      jobs: this.jobs.open.filter((job) => runs.some(({ id, fence }) => id === job.runId && fence === job.fence)),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#mortal.kill();
    await this.harness.settle();
    await this.harness[Symbol.asyncDispose]();
  }
}
