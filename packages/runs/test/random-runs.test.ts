/**
 * Random small pipelines under random orders, retries, kills and steps of the clock. Whatever happens, every run ends,
 * nothing recorded is done again, nothing happens after the end, undo takes back exactly what was armed, and events
 * have no gaps (the harness sees to that). A failure prints the seed, the number of sequences tried and the smallest
 * one found; `{ seed, path }` beside `numRuns` repeats it.
 */

import { definePipeline, isFinished, type DurableContext, type StepAttempt } from '@perdure/contract';
import type { RunsTable } from '@perdure/db';
import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Clock } from '../src/record/ports.ts';
import { Harness } from './harness.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

type Call =
  | { readonly kind: 'step'; readonly ms: number; readonly failures: number; readonly undo: boolean }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'child' | 'caught'; readonly calls: readonly Call[]; readonly undo: boolean }
  | { readonly kind: 'all'; readonly branches: readonly (readonly Call[])[] };

const kind = fc.constantFrom;
/** Seldom: a run that has undone something cannot be retried. */
const undo = fc.constantFrom(false, false, true);
const wait = fc.constantFrom(0, 300, 2_500);

const { calls } = fc.letrec<{ call: Call; calls: Call[] }>((tie) => ({
  call: fc.oneof(
    { maxDepth: 3 },
    fc.record({ kind: kind('step'), ms: wait, failures: fc.constantFrom(0, 0, 0, 1, 2, 5), undo }),
    fc.record({ kind: kind('sleep'), ms: wait }),
    fc.record({ kind: kind('child', 'caught'), calls: tie('calls'), undo }),
    fc.record({ kind: kind('all'), branches: fc.array(tie('calls'), { minLength: 2, maxLength: 3 }) }),
  ),
  calls: fc.array(tie('call'), { minLength: 1, maxLength: 4 }),
}));

const act = fc.oneof(
  fc.record({ kind: kind('advance'), ms: wait }),
  fc.record({ kind: kind('pause', 'resume', 'cancel', 'retry'), target: fc.nat(3) }),
  fc.record({ kind: kind('kill') }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

class World {
  readonly faults: string[] = [];
  readonly #harness: Harness;
  #kill = (): void => undefined;

  constructor(harness: Harness) {
    this.#harness = harness;
    const run = (ctx: DurableContext, input: readonly Call[]) => this.#play(ctx, input, 'k');
    harness.define(definePipeline({ id: 'random', description: 'd', input: z.any(), output: z.any(), run }));
    this.#replaceWorker();
  }

  get #runs(): readonly RunsTable[] {
    const rows = this.#harness.database.sqlite.prepare('SELECT id FROM runs ORDER BY id').all();
    return rows.map((row) => this.#harness.run(String(row['id'])));
  }

  async act(next: Act): Promise<void> {
    if (next.kind === 'advance') return await this.#harness.advance(next.ms);
    const runs = this.#runs;
    if (next.kind === 'kill') {
      this.#replaceWorker();
      for (const run of runs) if (!isFinished(run.status)) await this.#harness.engine.wake(run.id);
      return;
    }
    const { id } = runs[next.target % runs.length] as RunsTable;
    if (next.kind === 'retry') await this.#retry(id);
    else await this.#harness.order(id, next.kind);
  }

  /** Resumes what is paused, lets time pass, and retries what failed once. */
  async rest(): Promise<void> {
    for (let day = 0; day < 4; day += 1) {
      for (const run of this.#runs) {
        if (run.status === 'paused') await this.#harness.order(run.id, 'resume');
        if (run.status === 'failed' && day === 1) await this.#retry(run.id);
      }
      await this.#harness.advance(24 * 3_600_000);
    }
    for (const { id, status, error } of this.#runs) {
      const steps = this.#harness.steps(id);
      const undone = steps.filter((step) => step.kind === 'undo').map((step) => step.key);
      const armed = steps.filter((step) => step.undoable !== 0 && status !== 'completed').map((step) => step.key);
      const due = armed.toReversed().map((key) => `undo/${key}`);
      if (!isFinished(status)) this.faults.push(`${id} is ${status} for ever: ${error}`);
      if (undone.join() !== due.join()) this.faults.push(`${id} undid ${undone.join()} instead of ${due.join()}`);
    }
  }

  async #retry(runId: string): Promise<void> {
    const outcome = await this.#harness.intake.retry({ runId, actor: 'owner', at: this.#harness.clock.now() });
    if (outcome.kind === 'accepted') await this.#harness.engine.wake(runId);
  }

  /**
   * The worker before is dead: nothing answers it and its clock calls nobody back. What it had sent may still be
   * written.
   */
  #replaceWorker(): void {
    this.#kill();
    const { clock, journal } = this.#harness;
    let isDead = false;
    this.#kill = () => void (isDead = true);
    const alive = async <T>(answer: Promise<T>): Promise<T> =>
      await answer.then((value) => (isDead ? new Promise<never>(() => undefined) : value));
    const after: Clock['after'] = (delay, callback) => clock.after(delay, () => void (isDead || callback()));
    this.#harness.replaceWorker({
      clock: { now: () => clock.now(), elapsed: () => clock.elapsed(), after },
      journal: { ...journal, begin: (...of) => alive(journal.begin(...of)), commit: (of) => alive(journal.commit(of)) },
    });
  }

  async #play(ctx: DurableContext, program: readonly Call[], path: string): Promise<void> {
    for (const [index, call] of program.entries()) {
      const key = `${path}.${index}`;
      const arm = 'undo' in call && call.undo ? { undo: () => this.#effect(ctx.runId, `undo/${key}`, 1_000) } : {};
      if (call.kind === 'sleep') await ctx.sleep(key, call.ms);
      else if (call.kind === 'caught') await this.#play(ctx, call.calls, key).catch(() => undefined);
      else if (call.kind === 'child') await ctx.run('random', call.calls, { key, ...arm });
      else if (call.kind === 'all') await Promise.all(call.branches.map((b, n) => this.#play(ctx, b, `${key}.${n}`)));
      else if (call.kind === 'step') {
        const work = async ({ attempt }: StepAttempt): Promise<void> => {
          await this.#effect(ctx.runId, key, call.ms);
          if (attempt <= call.failures) throw new Error('as planned');
        };
        await ctx.step(key, work, { retry: { attempts: 2 }, ...arm });
      }
    }
  }

  async #effect(runId: string, key: string, ms: number): Promise<void> {
    const { status } = this.#harness.run(runId);
    const step = this.#harness.steps(runId).find((one) => one.key === key)?.status ?? 'started';
    if (isFinished(status) || step !== 'started') this.faults.push(`${key} was called: ${step}, in a ${status} run`);
    if (ms > 0) await new Promise<void>((resolve) => this.#harness.clock.after(ms, resolve));
  }
}

it('ends every run of 200 random sequences, repeats nothing recorded, and undoes what was armed, newest first', async () => {
  const sequence = fc.asyncProperty(calls, fc.array(act, { maxLength: 12 }), async (program, acts) => {
    await using harness = await Harness.open([]);
    const world = new World(harness);
    await harness.start('random', program);
    for (const next of acts) await world.act(next);
    await world.rest();
    expect(world.faults).toEqual([]);
  });
  await fc.assert(sequence, { numRuns: 200 });
}, 60_000);
