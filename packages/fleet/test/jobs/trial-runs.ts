/** Runs of a trial on its record, as whoever gives orders has them, and what the record says of them. */

import { isFinished, type RunStatus } from '@perdure/contract';
import type { Database, GroupCommit } from '@perdure/db';
import type { VirtualClock } from '@perdure/engine/inline';
import { upgradeInputSchema, type JobId, type UpgradeInput } from '@perdure/fleet';
import type { FleetRuns } from '@perdure/fleet/control';
import { createRunIntake, createRunJournal, type RunJournal } from '@perdure/runs/testing';

interface Row {
  readonly status: RunStatus;
  readonly error: string | null;
  readonly input: string;
}

export interface TrialRunsDeps {
  readonly database: Database;
  readonly group: GroupCommit;
  readonly clock: VirtualClock;
  wake(runId: string): void;
}

export class TrialRuns implements FleetRuns {
  readonly journal: RunJournal;
  /** Where there is one: whoever cancels, cancels this. */
  upgrade: string | undefined;
  readonly #deps: TrialRunsDeps;
  readonly #intake: ReturnType<typeof createRunIntake>;
  #ids = 0;

  constructor(deps: TrialRunsDeps) {
    this.#deps = deps;
    this.#intake = createRunIntake(deps.database, deps.group);
    this.journal = createRunJournal(deps.database, deps.group);
  }

  async begin({ id, job, principalId }: Parameters<FleetRuns['begin']>[0]): Promise<void> {
    await this.start(job, principalId, id);
  }

  async start(job: JobId, principalId: string, runId: string): Promise<void> {
    await this.#start(job, runId, { principalId, handle: principalId.replace(/^p-/, '') });
  }

  async #start(pipeline: string, id: string, input: object): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#intake.start({ id, pipeline, input: JSON.stringify(input), actor: 'owner', at });
    this.#deps.wake(id);
  }

  async look(id: string) {
    const { status, error } = this.#row(id) ?? {};
    if (status === undefined) return undefined;
    const problem = error === null || error === undefined ? undefined : (JSON.parse(error) as Error).message;
    return { status, isOver: isFinished(status), done: [], ...(problem !== undefined && { problem }) };
  }

  async cancel(runId: string): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#intake.order({ orderId: this.newId(), runId, order: 'cancel', actor: 'owner', at });
    this.#deps.wake(runId);
  }

  async beginUpgrade(id: string, upgrade: UpgradeInput): Promise<void> {
    this.upgrade = id;
    await this.#start('upgrade-family', id, upgrade);
  }

  async upgradeOf(id: string) {
    return upgradeInputSchema.safeParse(JSON.parse(this.#row(id)?.input ?? 'null')).data;
  }

  async upgradeAtWork(): Promise<string | undefined> {
    const run = this.upgrade === undefined ? undefined : await this.look(this.upgrade);
    return run?.isOver === false ? this.upgrade : undefined;
  }

  /** Each a second after the one before, for archives are called by the time in them. */
  newId(): string {
    const count = (this.#ids += 1);
    const ms = (count * 1_000).toString(16).padStart(12, '0');
    return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-${String(count).padStart(12, '0')}`;
  }

  /** Undefined: it goes on. */
  endOf(runId: string) {
    const row = this.#row(runId);
    if (row === undefined) throw new Error(`There is no run ${runId}.`);
    const { status, error } = row;
    if (!isFinished(status)) return undefined;
    return {
      runId,
      status,
      error: error === null ? undefined : (JSON.parse(error) as { code: string; message: string }),
    };
  }

  unfinished(): readonly string[] {
    const sql = 'SELECT id, status FROM runs';
    const rows = this.#deps.database.sqlite.prepare(sql).all() as unknown as (Row & { readonly id: string })[];
    return rows.filter(({ status }) => !isFinished(status)).map(({ id }) => id);
  }

  /** All that was recorded of runs, and what the record says of gateways, as text. */
  recorded(): string {
    const tables = ['runs', 'steps', 'events', 'gateways'];
    return JSON.stringify(tables.map((table) => this.#deps.database.sqlite.prepare(`SELECT * FROM ${table}`).all()));
  }

  close(): void {
    this.#deps.database.close();
  }

  #row(runId: string): Row | undefined {
    const sql = 'SELECT status, error, input FROM runs WHERE id = ?';
    return this.#deps.database.sqlite.prepare(sql).get(runId) as Row | undefined;
  }
}
