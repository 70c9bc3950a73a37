import { expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { pipeline, takes } from './support.ts';

const slow = (harness: () => Harness, ms: number) =>
  pipeline(async (ctx) => ctx.step('slow', () => takes(harness(), ms)));

it('a plain step that lasts a second is shown as begun, with its time, and ends as any other', async () => {
  await using harness = await Harness.open([slow(() => harness, 3_000)]);
  const id = await harness.start('subject');
  await harness.advance(999);
  expect(harness.steps(id)).toEqual([]);
  await harness.advance(1);
  const begun = harness.clock.now() - 1_000;
  expect(harness.steps(id)).toMatchObject([{ key: 'slow', status: 'started', attempt: 1, started_at: begun }]);
  expect((await harness.finished(id)).output).toBe('"done"');
  expect(harness.eventTypes(id)).toEqual(['run.queued', 'run.started', 'step.started', 'step.done', 'run.completed']);
});

it('a short one costs no commit for its start', async () => {
  await using harness = await Harness.open([slow(() => harness, 900)]);
  const id = await harness.start('subject');
  await harness.finished(id);
  await harness.advance(5_000);
  expect(harness.eventTypes(id)).not.toContain('step.started');
});

it('one that never settles stays shown, in the next worker too, and its run can be cancelled', async () => {
  await using harness = await Harness.open([pipeline((ctx) => ctx.step('hangs', () => new Promise(() => undefined)))]);
  const id = await harness.start('subject');
  await harness.advance(60_000);
  harness.replaceWorker();
  await harness.engine.wake(id);
  await harness.advance(60_000);
  expect(harness.steps(id)).toMatchObject([{ key: 'hangs', status: 'started' }]);
  await harness.order(id, 'cancel');
  expect((await harness.finished(id)).status).toBe('cancelled');
});
