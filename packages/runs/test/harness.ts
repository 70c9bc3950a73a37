/**
 * A whole worker without an engine process: the real record on a real SQLite file, the real driver, the inline engine
 * on a virtual clock. Turns of the event loop stand for time that passes by itself; the clock moves only when told.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compact,
  isFinished,
  type Budget,
  type PipelineDefinition,
  type RunOrder,
  type RunStatus,
  type ToolDefinition,
} from '@perdure/contract';
import {
  createGroupCommit,
  LockBudget,
  openDatabase,
  type Database,
  type EventsTable,
  type RunsTable,
  type StepsTable,
  type WaitsTable,
} from '@perdure/db';
import { createInlineEngine, VirtualClock, type InlineEngine } from '@perdure/engine/inline';
import { noAgents } from '../src/steps/context.ts';
import { createDriver, type Driver, type DriverDeps } from '../src/drive/driver.ts';
import type { RunJournal } from '../src/record/journal.ts';
import type { AgentCaller } from '../src/steps/step-port.ts';
import type { Tool, WhyLeftOut } from '../src/steps/tool-port.ts';
import type { RunIntake } from '../src/desk/ports.ts';
import { createRunIntake } from '../src/store/run-intake.ts';
import { createRunJournal } from '../src/store/run-journal.ts';

export interface HarnessOptions {
  readonly agents?: AgentCaller;
  readonly stallMs?: number;
  readonly whyLeftOut?: WhyLeftOut;
  readonly budget?: Budget;
  /** Wraps the journal, to kill or fail a driver at a commit. */
  readonly journal?: (journal: RunJournal) => RunJournal;
}

/** As the worker makes one of what a file exports. */
function asFunctionTool({ secrets, ...tool }: ToolDefinition): Tool {
  const wants = Object.values(secrets ?? {}).map((name) => ({ name, reference: name }));
  return { ...tool, kind: 'function', wants, fingerprint: 'f1' };
}

export class Harness implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly database: Database;
  readonly intake: RunIntake;
  readonly journal: RunJournal;
  engine: InlineEngine;
  driver: Driver;
  readonly #folder: string;
  readonly #options: HarnessOptions;
  readonly #pipelines = new Map<string, PipelineDefinition>();
  readonly #tools = new Map<string, Tool>();
  #ids = 0;

  static async open(pipelines: readonly PipelineDefinition[], options: HarnessOptions = {}): Promise<Harness> {
    const folder = mkdtempSync(join(tmpdir(), 'perdure-run-'));
    const database = await openDatabase({ path: join(folder, 'perdure.db') });
    return new Harness({ folder, database, pipelines, options });
  }

  private constructor(made: {
    readonly folder: string;
    readonly database: Database;
    readonly pipelines: readonly PipelineDefinition[];
    readonly options: HarnessOptions;
  }) {
    this.#folder = made.folder;
    this.database = made.database;
    this.#options = made.options;
    this.define(...made.pipelines);
    const group = createGroupCommit(made.database, { budget: new LockBudget({ burstMs: Infinity }) });
    this.intake = createRunIntake(made.database, group);
    this.journal = createRunJournal(made.database, group);
    this.engine = createInlineEngine(this.clock);
    this.driver = this.newDriver();
    this.engine.connect((runId) => this.driver.drive(runId));
  }

  /** Adds pipelines, or replaces them: changed code. */
  define(...pipelines: readonly PipelineDefinition[]): void {
    for (const pipeline of pipelines) this.#pipelines.set(pipeline.id, pipeline);
  }

  /** Adds tools, or replaces them. */
  equip<I, O>(tool: Tool | ToolDefinition<I, O, never>): void {
    this.#tools.set(tool.id, 'kind' in tool ? tool : asFunctionTool(tool));
  }

  /** The last one that was asked, still open or not. */
  wait(runId: string): WaitsTable {
    const row = this.database.sqlite.prepare('SELECT * FROM waits WHERE run_id = ? ORDER BY id DESC').get(runId);
    return { ...row } as unknown as WaitsTable;
  }

  async answer(waitId: string, answer: unknown): Promise<string> {
    const given = { waitId, answer: JSON.stringify(answer), actor: 'owner', at: this.clock.now() };
    const outcome = await this.intake.answer(given);
    if (outcome.kind === 'accepted') await this.engine.wake(outcome.runId);
    return outcome.kind;
  }

  /** A fork of the run from the step on, set going; its id. Throws where it is refused. */
  async fork(runId: string, stepKey: string): Promise<string> {
    const request = { id: this.newId(), runId, stepKey, actor: 'owner', at: this.clock.now() };
    const outcome = await this.intake.fork(request);
    if (!('runId' in outcome)) throw new Error(outcome.kind);
    await this.engine.wake(outcome.runId);
    return outcome.runId;
  }

  /** Tries a failed run again. Throws where that is refused. */
  async retry(runId: string): Promise<void> {
    const outcome = await this.intake.retry({ runId, actor: 'owner', at: this.clock.now() });
    if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
    await this.engine.wake(runId);
  }

  async steer(runId: string, text: string): Promise<void> {
    const orderId = this.newId();
    await this.intake.order({ orderId, runId, order: 'steer', text, actor: 'owner', at: this.clock.now() });
    await this.engine.wake(runId);
  }

  forget(pipelineId: string): void {
    this.#pipelines.delete(pipelineId);
  }

  newDriver(overrides: Partial<DriverDeps> = {}): Driver {
    const journal = this.#options.journal?.(this.journal) ?? this.journal;
    return createDriver({
      journal,
      waker: { wake: (runId, options) => this.engine.wake(runId, options) },
      live: { committed: () => undefined, text: () => undefined },
      clock: this.clock,
      agents: this.#options.agents ?? noAgents,
      pipelines: (id) => this.#pipelines.get(id),
      tools: (id) => this.#tools.get(id),
      workspace: async () => this.#folder,
      newId: () => this.newId(),
      ...compact({
        stallMs: this.#options.stallMs,
        budget: this.#options.budget,
        whyLeftOut: this.#options.whyLeftOut,
      }),
      ...overrides,
    });
  }

  /** A process that died: its drives never commit again, and a new worker with a new engine takes over. */
  replaceWorker(overrides: Partial<DriverDeps> = {}): void {
    this.engine = createInlineEngine(this.clock);
    this.driver = this.newDriver(overrides);
    this.engine.connect((runId) => this.driver.drive(runId));
  }

  newId(): string {
    this.#ids += 1;
    return `00000000-0000-7000-8000-${String(this.#ids).padStart(12, '0')}`;
  }

  async start(pipeline: string, input: unknown = {}): Promise<string> {
    const id = this.newId();
    await this.intake.start({ id, pipeline, input: JSON.stringify(input), actor: 'owner', at: this.clock.now() });
    await this.engine.wake(id);
    return id;
  }

  async order(runId: string, order: RunOrder): Promise<string> {
    const outcome = await this.intake.order({
      orderId: this.newId(),
      runId,
      order,
      actor: 'owner',
      at: this.clock.now(),
    });
    if (outcome.kind === 'accepted') for (const id of [runId, ...outcome.below]) await this.engine.wake(id);
    return outcome.kind;
  }

  /** Lets everything happen that needs no time to pass. */
  async settle(): Promise<void> {
    for (let quietTurns = 0; quietTurns < 8; quietTurns += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  async advance(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    await this.settle();
    for (let next = this.clock.nextAt; next !== undefined && next <= until; next = this.clock.nextAt) {
      this.clock.moveTo(next);
      await this.settle();
    }
    this.clock.moveTo(until);
    await this.settle();
  }

  /** Moves time until the run has one of the statuses, at most a virtual hour. */
  async until(runId: string, ...statuses: readonly RunStatus[]): Promise<RunsTable> {
    const deadline = this.clock.now() + 3_600_000;
    await this.settle();
    for (;;) {
      const run = this.run(runId);
      if (statuses.includes(run.status)) return run;
      const next = this.clock.nextAt;
      if (next === undefined || next > deadline) {
        throw new Error(
          `run ${runId} is ${run.status} (${run.error ?? 'no error'}) and nothing is going to change that`,
        );
      }
      this.clock.moveTo(next);
      await this.settle();
    }
  }

  async finished(runId: string): Promise<RunsTable> {
    return await this.until(runId, 'completed', 'failed', 'cancelled');
  }

  run(runId: string): RunsTable {
    return { ...this.database.sqlite.prepare('SELECT * FROM runs WHERE id = ?').get(runId) } as unknown as RunsTable;
  }

  steps(runId: string): StepsTable[] {
    const rows = this.database.sqlite.prepare('SELECT * FROM steps WHERE run_id = ? ORDER BY seq').all(runId);
    return rows.map((row) => ({ ...row }) as unknown as StepsTable);
  }

  events(runId: string): EventsTable[] {
    const rows = this.database.sqlite.prepare('SELECT * FROM events WHERE run_id = ? ORDER BY seq').all(runId);
    return rows.map((row) => ({ ...row }) as unknown as EventsTable);
  }

  eventTypes(runId: string): string[] {
    return this.events(runId).map((event) => event.type);
  }

  /** Statuses are checked at the end of every test: what a run shows and what its events tell must agree. */
  async [Symbol.asyncDispose](): Promise<void> {
    const rows = this.database.sqlite.prepare('SELECT id, event_seq FROM runs').all();
    for (const row of rows) {
      const events = this.events(String(row['id']));
      if (events.length !== Number(row['event_seq']))
        throw new Error(`run ${String(row['id'])} has gaps in its events`);
      const last = events.at(-1)?.type;
      const { status } = this.run(String(row['id']));
      if (isFinished(status) && last !== `run.${status}` && last !== 'order.received') {
        throw new Error(`run ${String(row['id'])} is ${status}, its last event is ${last}`);
      }
    }
    this.database.close();
    rmSync(this.#folder, { recursive: true });
  }
}
