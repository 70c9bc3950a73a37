/** Runs whose code held the worker up until it was killed: what the next worker makes of them. */

import { describe, expect, it } from 'vitest';
import type { LoopRegister } from '../src/record/ports.ts';
import { Harness } from './harness.ts';
import { onceTool, pipeline, takes } from './support.ts';

const standBackMs = 5_000;
const place = '/home/me/pipelines/subject.ts:7';

/** Holds the worker, from the test's point of view: it is begun and never comes back. */
function holding() {
  let begun = 0;
  const subject = pipeline(async (ctx) => {
    await ctx.step('first', () => 1);
    begun += 1;
    await new Promise(() => undefined);
  });
  return { subject, begun: () => begun };
}

/** The worker was killed, and the next one has been told whose code held it. */
async function killed(harness: Harness, runId: string): Promise<void> {
  harness.replaceWorker({ stuck: [{ runId, at: 'behind step "first"', place }] });
  await harness.engine.wake(runId);
  await harness.settle();
}

/** A run with an armed step that holds the worker, and was told to cancel meanwhile. */
async function heldWhileArmed(undo: () => unknown) {
  const armed = pipeline(async (ctx) => {
    await ctx.step('first', () => 1, { undo });
    await new Promise(() => undefined);
  });
  const harness = await Harness.open([armed]);
  const id = await harness.start('subject');
  await harness.settle();
  await harness.intake.order({ orderId: harness.newId(), runId: id, order: 'cancel', actor: 'o', at: 0 });
  return { harness, id };
}

describe('a run that ends the worker', () => {
  const tenVirtualSeconds = 10_000;

  it('R7: is set aside by itself, with its step, and a run beside it is begun four times at most', async () => {
    const attempts = { guilty: 0, neighbour: 0 };
    let worker: Harness | undefined;
    const dies = () => {
      attempts.guilty += 1;
      worker?.replaceWorker();
      for (const id of [guilty, neighbour]) setImmediate(() => void worker?.engine.wake(id));
      return new Promise(() => undefined);
    };
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('first', () => 1);
        return await ctx.step('ends-it', () => takes(harness, 2_000).then(dies));
      }, 'guilty'),
      pipeline(
        (ctx) => ctx.step('long', () => ((attempts.neighbour += 1), takes(harness, tenVirtualSeconds))),
        'neighbour',
      ),
    ]);
    worker = harness;
    const guilty = await harness.start('guilty');
    const neighbour = await harness.start('neighbour');
    const stopped = await harness.until(guilty, 'needs_attention');
    expect(JSON.parse(stopped.error ?? '')).toMatchObject({
      code: 'stalled',
      message: expect.stringContaining('in step "ends-it"'),
      details: { stepKey: 'ends-it' },
    });
    expect((await harness.finished(neighbour)).status).toBe('completed');
    expect(attempts.guilty).toBeLessThanOrEqual(11);
    expect(attempts.neighbour).toBeLessThanOrEqual(4);
  });
});

describe('a run that held the worker up', () => {
  it('R7: is set aside after three times with what it was doing, and goes on by resume', async () => {
    const { subject, begun } = holding();
    await using harness = await Harness.open([subject]);
    const id = await harness.start('subject');
    await harness.settle();
    for (const times of [1, 2]) {
      await killed(harness, id);
      await harness.advance(standBackMs);
      expect([harness.run(id).status, begun()]).toEqual(['running', times + 1]);
    }
    await killed(harness, id);
    const run = harness.run(id);
    expect(run.status).toBe('needs_attention');
    expect(JSON.parse(run.error ?? '')).toMatchObject({
      code: 'stalled',
      message: expect.stringContaining(`the last time behind step "first" (${place})`),
      details: { at: place },
    });
    expect(begun()).toBe(3);
    harness.define(pipeline((ctx) => ctx.step('first', () => 1)));
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it('R7: three times count the same where it had recorded nothing at all', async () => {
    await using harness = await Harness.open([pipeline(() => new Promise(() => undefined))]);
    const id = await harness.start('subject');
    await harness.settle();
    for (let times = 0; times < 2; times += 1) {
      await killed(harness, id);
      await harness.advance(standBackMs);
    }
    expect(harness.run(id).status).toBe('running');
    await killed(harness, id);
    expect(harness.run(id).status).toBe('needs_attention');
  });

  it('R7: a worker that is killed otherwise, nine times, sets nothing aside', async () => {
    const { subject, begun } = holding();
    await using harness = await Harness.open([subject]);
    const id = await harness.start('subject');
    for (let kills = 0; kills < 9; kills += 1) {
      await harness.settle();
      harness.replaceWorker();
      await harness.engine.wake(id);
    }
    await harness.settle();
    expect([harness.run(id).status, begun()]).toEqual(['running', 10]);
  });

  it('lets the others go on first, once', async () => {
    const { subject, begun } = holding();
    await using harness = await Harness.open([subject, pipeline((ctx) => ctx.step('only', () => 1), 'other')]);
    const id = await harness.start('subject');
    await harness.settle();
    await killed(harness, id);
    const other = await harness.start('other');
    await harness.advance(standBackMs - 1);
    expect([harness.run(other).status, begun()]).toEqual(['completed', 1]);
    await harness.advance(1);
    expect(begun()).toBe(2);
  });

  it('is cancelled by the next worker before its code is run again', async () => {
    const { subject, begun } = holding();
    await using harness = await Harness.open([subject]);
    const id = await harness.start('subject');
    await harness.settle();
    await harness.intake.order({ orderId: harness.newId(), runId: id, order: 'cancel', actor: 'o', at: 0 });
    await killed(harness, id);
    expect([harness.run(id).status, begun()]).toEqual(['cancelled', 1]);
  });

  it('is cancelled, or paused, while the others go on first', async () => {
    for (const [order, status] of [
      ['cancel', 'cancelled'],
      ['pause', 'paused'],
    ] as const) {
      const { subject, begun } = holding();
      await using harness = await Harness.open([subject]);
      const id = await harness.start('subject');
      await harness.settle();
      await killed(harness, id);
      await harness.order(id, order);
      await harness.advance(1_000);
      expect([harness.run(id).status, begun()]).toEqual([status, 1]);
    }
  });

  it('with something to undo it is cancelled by its own code, which undoes it', async () => {
    let undone = 0;
    const { id, harness } = await heldWhileArmed(() => (undone += 1));
    await using _ = harness;
    await killed(harness, id);
    expect([harness.run(id).status, undone]).toEqual(['cancelled', 1]);
  });

  it('is set aside with its cancel where its code, needed to undo, has held the worker once too often', async () => {
    let undone = 0;
    const { id, harness } = await heldWhileArmed(() => (undone += 1));
    await using _ = harness;
    harness.database.sqlite.prepare('UPDATE runs SET barren_drives = 8 WHERE id = ?').run(id);
    await killed(harness, id);
    expect([harness.run(id).status, undone]).toEqual(['needs_attention', 0]);
    await harness.order(id, 'resume');
    expect([(await harness.finished(id)).status, undone]).toEqual(['cancelled', 1]);
  });
});

describe('the code of an author', () => {
  it('runs in the name of its run, with what it does', async () => {
    const seen: string[] = [];
    const register: LoopRegister = {
      inNameOf: (occupant, work) => {
        seen.push(`${occupant.runId}: ${occupant.at}`);
        return work();
      },
    };
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.step('work', () => 1, { undo: () => undefined });
        await ctx.tool('pay', {}, { key: 'payment' });
        throw new Error('no');
      }),
    ]);
    harness.equip(onceTool('pay', []));
    harness.replaceWorker({ register });
    const id = await harness.start('subject');
    await harness.finished(id);
    expect(seen).toEqual(
      [
        'before its first step',
        'in step "work"',
        'in the tool "pay" of step "payment"',
        'in the undo of step "work"',
      ].map((at) => `${id}: ${at}`),
    );
  });
});
