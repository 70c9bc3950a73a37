/** The model of runs: what was last seen of them, and what that allows. */

import { isFinished } from '@perdure/contract';
import type { WaitsTable } from '@perdure/db';
import { faultsOfBeginning } from './run-model-beginnings.ts';
import { answerTo } from './run-model-commands.ts';
import { faultsBetween } from './run-model-invariants.ts';
import { Probes } from './run-model-outages.ts';
import type { Snapshot, World } from './run-model-world.ts';

/** Virtual minutes in which every run must have ended once everybody does what is asked of him. */
const patience = 60;

export class RunModel {
  seen: Snapshot;
  hasJobs = false;
  readonly #faults: string[] = [];
  readonly #probes = new Probes();

  constructor(world: World) {
    this.seen = world.snapshot();
    world.jobs.inspect = (job) => {
      const now = world.snapshot();
      this.#faults.push(...faultsOfBeginning(job, { now, log: world.jobs.log }));
      if (job.kind === 'turn') this.#faults.push(...this.#probes.faultsOfAsking(now));
    };
  }

  readonly isOpen = (wait: WaitsTable): boolean => {
    const run = this.seen.runs.find(({ id }) => id === wait.run_id);
    const hasExpired = wait.expires_at !== null && wait.expires_at <= this.seen.now;
    const isOver = run === undefined || isFinished(run.status) || run.status === 'undoing';
    return wait.answer === null && !hasExpired && !isOver && this.#stands(wait);
  };

  /** Its step waits for it still: what was asked has not been found out otherwise, nor was it asked anew. */
  #stands({ id, run_id: runId, step_key: key }: WaitsTable): boolean {
    const step = this.seen.steps.find((one) => one.run_id === runId && one.key === key);
    return step?.status === 'started' && (JSON.parse(step.detail ?? '{}') as { wait?: string }).wait === id;
  }

  /** Sees what there is now; returns what is wrong with it. */
  look(world: World): readonly string[] {
    const now = world.snapshot();
    const faults = [...this.#faults.splice(0), ...faultsBetween(this.seen, now)];
    this.seen = now;
    this.hasJobs = world.jobs.open.length > 0;
    return faults;
  }

  /** Everybody does what is asked of him: whatever happened before, every run ends. */
  async finish(world: World): Promise<readonly string[]> {
    const { harness } = world;
    // All that wakes a run now is the sweep.
    world.loseWakes(Infinity);
    world.isModelUp = true;
    for (let minute = 0; minute < patience; minute += 1) {
      if (this.seen.runs.every(({ status }) => isFinished(status))) return [];
      await this.#endJobs(world);
      for (const { id, status } of this.seen.runs)
        if (status === 'paused' || status === 'needs_attention') await harness.order(id, 'resume');
      for (const wait of this.seen.waits) if (this.isOpen(wait)) await harness.answer(wait.id, answerTo(wait, 'well'));
      await world.settle();
      await this.#endJobs(world);
      await world.sweep();
      const faults = this.look(world);
      if (faults.length > 0) return faults;
    }
    const left = this.seen.runs.filter(({ status }) => !isFinished(status));
    return left.map(({ pipeline, status, error }) => `${pipeline} is ${status} for ever: ${error}`);
  }

  async #endJobs(world: World): Promise<void> {
    for (let open = world.jobs.open; open.length > 0; open = world.jobs.open) {
      for (const job of open) job.end({ how: 'well', pick: 0 });
      await world.settle();
    }
  }
}
