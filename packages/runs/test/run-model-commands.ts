/** What can happen to runs, as commands of fast-check: each is done to the real thing, then everything is looked at. */

import { orderAccepted, type RunOrder } from '@perdure/contract';
import type { RunsTable } from '@perdure/db';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { endings, type JobEnd } from './run-model-jobs.ts';
import { pipelineIds } from './run-model-pipelines.ts';
import type { RunModel } from './run-model.ts';
import type { World } from './run-model-world.ts';
import { outagePoints, points, sides } from './mortal-worker.ts';

/** What a command may ask of the model before it is run. */
type Seen = Readonly<Pick<RunModel, 'seen' | 'hasJobs'>>;
type Command = fc.AsyncCommand<RunModel, World>;

/** A command that is looked at when it is through. `isPossible` reads the model alone. */
function command(
  name: string,
  run: (model: RunModel, world: World) => Promise<unknown>,
  isPossible: (model: Seen) => boolean = () => true,
): Command {
  return {
    check: (model) => isPossible(model),
    run: async (model, world) => {
      await run(model, world);
      await world.settle();
      expect(model.look(world)).toEqual([]);
    },
    toString: () => name,
  };
}

/** The one of `list` that `pick` means. */
export function chosen<T>(list: readonly T[], pick: number): T {
  return list[pick % list.length] as T;
}

/** Mostly one that is likely to take it, so that sequences get somewhere; now and then any. */
function aimed<T>(list: readonly T[], pick: number, isLikely: (one: T) => boolean): T {
  const likely = pick % 4 === 0 ? [] : list.filter(isLikely);
  return chosen(likely.length > 0 ? likely : list, pick);
}

const hasRuns = (model: Seen): boolean => model.seen.runs.length > 0;

const start = (pipeline: string) =>
  command(
    `start ${pipeline}`,
    (_model, world) => world.harness.start(pipeline),
    // More would dilute the commands that follow.
    (model) => model.seen.runs.length < 4,
  );

const order = (kind: Exclude<RunOrder, 'steer'>, pick: number) =>
  command(
    `${kind} ${pick}`,
    async ({ seen }, { harness }) => {
      const isFor = ({ status, wait_kind: waitsFor }: RunsTable) => orderAccepted(kind, status, waitsFor ?? undefined);
      const run = aimed(seen.runs, pick, isFor);
      expect(await harness.order(run.id, kind)).toBe(isFor(run) ? 'accepted' : 'refused');
    },
    hasRuns,
  );

const isAtWork = ({ status }: { readonly status: string }): boolean => status === 'running';

const steer = (pick: number) =>
  command(
    `steer ${pick}`,
    async ({ seen }, { harness }) =>
      await harness.steer(aimed(seen.runs, pick, isAtWork).id, `text ${seen.orders.length}`),
    hasRuns,
  );

const retry = (pick: number) =>
  command(
    `retry ${pick}`,
    async ({ seen }, { harness }) => {
      const { id, status } = aimed(seen.runs, pick, (run) => run.status === 'failed');
      const { kind } = await harness.intake.retry({ runId: id, actor: 'owner', at: harness.clock.now() });
      const hasUndone = seen.steps.some((step) => step.run_id === id && step.kind === 'undo');
      expect(kind).toBe(status !== 'failed' ? 'refused' : hasUndone ? 'undone' : 'accepted');
      if (kind === 'accepted') await harness.engine.wake(id);
    },
    hasRuns,
  );

/** The original stays what it was, and nothing that was copied is armed. */
const fork = (pick: number) =>
  command(
    `fork ${pick}`,
    async ({ seen }, world) => {
      const { harness } = world;
      const { run_id: runId, key } = chosen(seen.steps, pick);
      const id = harness.newId();
      const before = [harness.run(runId), harness.steps(runId), harness.events(runId)];
      await harness.intake.fork({ id, runId, stepKey: key, actor: 'owner', at: harness.clock.now() });
      expect([harness.run(runId), harness.steps(runId), harness.events(runId)]).toEqual(before);
      for (const step of harness.steps(id)) {
        const original = harness.steps(runId).find((one) => one.key === step.key);
        expect(step).toEqual({ ...original, run_id: id, undoable: 0 });
      }
      await harness.engine.wake(id);
    },
    ({ seen }) => seen.steps.length > 0 && seen.runs.length < 6,
  );

/** Answers any question, open or not: only the first answer to an open one is taken. */
const answer = (pick: number, how: JobEnd['how']) =>
  command(
    `answer ${pick} ${how}`,
    async ({ seen, isOpen }, { harness }) => {
      const wait = aimed(seen.waits, pick, isOpen);
      const outcome = await harness.answer(wait.id, answerTo(wait, how));
      const expected = isOpen(wait) ? 'accepted' : wait.answer === null ? 'closed' : 'answered_before';
      expect(outcome).toBe(expected);
    },
    ({ seen }) => seen.waits.length > 0,
  );

export function answerTo(
  wait: { readonly purpose: string; readonly answer_schema: string | null },
  how: JobEnd['how'],
) {
  if (wait.purpose === 'outcome') {
    if (how === 'badly') return { decision: 'fail' };
    return how === 'well' ? { decision: 'done', result: 1 } : { decision: 'run_again' };
  }
  if (wait.answer_schema === null) return 'yes';
  return how === 'badly' ? { verdict: 'changes_requested', feedback: 'No.' } : { verdict: 'approved' };
}

const end = (pick: number, how: JobEnd) =>
  command(
    `end job ${pick} ${how.how}${how.how === 'more' ? ` ${how.pick}` : ''}`,
    async (_model, world) => chosen(world.jobs.open, pick).end(how),
    (model) => model.hasJobs,
  );

const death = fc.record({
  point: fc.constantFrom(...points, ...outagePoints),
  side: fc.constantFrom(...sides),
  occurrence: fc.integer({ min: 1, max: 3 }),
});
const nat = fc.nat(20);
export const starts = fc.constantFrom(...pipelineIds).map(start);
const ends = fc.record({ how: fc.constantFrom('well', 'more', 'badly', ...endings), pick: nat });

/** Each with its weight. */
const weighted: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<Command>])[] = [
  [1, starts],
  [8, fc.tuple(nat, ends).map(([pick, how]) => end(pick, how))],
  [4, fc.tuple(nat, fc.constantFrom(...endings)).map(([pick, how]) => answer(pick, how))],
  [2, nat.map((pick) => order('pause', pick))],
  [2, nat.map((pick) => order('resume', pick))],
  [1, nat.map((pick) => order('cancel', pick))],
  [2, nat.map(steer)],
  [2, nat.map(retry)],
  [1, nat.map(fork)],
  [
    2,
    fc.constantFrom(300, 1_500, 31_000).map((ms) => command(`advance ${ms}`, (_, { harness }) => harness.advance(ms))),
  ],
  [1, fc.constant(command('sweep', (_, world) => world.sweep()))],
  [1, fc.constant(command('lose a wake', async (_, world) => world.loseWakes(1)))],
  [
    2,
    fc.boolean().map((isUp) =>
      command(isUp ? 'the model comes back' : 'the model goes away', async (_, world) => {
        world.isModelUp = isUp;
      }),
    ),
  ],
  [1, fc.constant(command('kill the worker', async (_, world) => world.kill()))],
  [2, fc.constant(command('another worker takes over', async (model, world) => await takeOver(model, world)))],
  [
    1,
    death.map((how) =>
      command(`doom the worker ${Object.values(how).join(' ')}`, async (_, { mortal }) => mortal.doom(how)),
    ),
  ],
];

async function takeOver({ seen }: RunModel, world: World): Promise<void> {
  world.hire();
  for (const { id } of seen.runs) await world.harness.engine.wake(id);
}

export const commands = fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
