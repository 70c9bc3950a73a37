import { PerdureError, type ErrorCode } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import type { RunJournal } from '../src/record/journal.ts';
import { Harness } from './harness.ts';
import { onceTool, pipeline } from './support.ts';

/** A record that refuses to be written for as long as `code` is set. */
function refusing() {
  const refusal: { code: ErrorCode | undefined; refused: number } = {
    code: undefined,
    refused: 0,
  };
  const wrap = (journal: RunJournal): RunJournal => ({
    ...journal,
    commit: async (commit) => {
      if (refusal.code === undefined) return await journal.commit(commit);
      refusal.refused += 1;
      throw new PerdureError(refusal.code, 'The record cannot be written.');
    },
  });
  return { refusal, wrap };
}

/** A run whose only step is under way until it is paid for. */
async function inATurn() {
  const { refusal, wrap } = refusing();
  const calls: string[] = [];
  const paid = Promise.withResolvers<string>();
  const harness = await Harness.open(
    [pipeline(async (ctx) => await ctx.step('turn', () => (calls.push('turn'), paid.promise)))],
    { journal: wrap },
  );
  const id = await harness.start('subject');
  await harness.settle();
  return { harness, id, refusal, calls, paid };
}

const passing = ['unavailable', 'storage_full', 'storage_read_only'] as const;

describe('a commit that is refused for a while', () => {
  it.each(passing)('keeps the result of a step, which is not run again: %s', async (code) => {
    const { harness: opened, id, refusal, calls, paid } = await inATurn();
    await using harness = opened;
    refusal.code = code;
    paid.resolve('an answer');
    await harness.advance(10 * 60_000);
    expect(harness.run(id)).toMatchObject({ status: 'running', fence: 1 });
    expect(refusal.refused).toBeGreaterThan(100);
    refusal.code = undefined;
    expect(await harness.finished(id)).toMatchObject({ status: 'completed', output: '"an answer"', fence: 1 });
    expect(calls).toEqual(['turn']);
  });

  it('makes no question of a call that may run once and has ended well', async () => {
    const { refusal, wrap } = refusing();
    const calls: string[] = [];
    await using harness = await Harness.open([pipeline(async (ctx) => await ctx.tool('send', {}, { key: 'send' }))], {
      journal: wrap,
    });
    // The disk is full just when it has been called.
    harness.equip(onceTool('send', calls, () => ((refusal.code = 'storage_full'), true)));
    const id = await harness.start('subject');
    await harness.advance(60_000);
    refusal.code = undefined;
    expect((await harness.finished(id)).status).toBe('completed');
    expect(calls).toEqual(['send']);
    expect(harness.eventTypes(id)).not.toContain('run.needs_attention');
  });

  it('is given up where another driver has the run meanwhile', async () => {
    const { harness: opened, id, refusal, paid } = await inATurn();
    await using harness = opened;
    refusal.code = 'unavailable';
    paid.resolve('an answer');
    await harness.advance(1_000);
    const { driver } = harness;
    const joined = driver.drive(id);
    await harness.journal.begin(id, harness.clock.now());
    refusal.code = undefined;
    await harness.advance(5_000);
    await joined;
    expect(harness.steps(id)).toEqual([]);
  });

  it('is given up soon after the worker was told to stop', async () => {
    const { refusal, wrap } = refusing();
    await using harness = await Harness.open(
      [
        pipeline(async (ctx) => {
          await ctx.step('turn', () => ((refusal.code = 'storage_full'), 1));
          return null;
        }),
      ],
      { journal: wrap },
    );
    const id = await harness.start('subject');
    await harness.settle();
    let isDrained = false;
    void harness.driver.drain().then(() => (isDrained = true));
    await harness.advance(3_000);
    expect(isDrained).toBe(false);
    await harness.advance(4_000);
    expect(isDrained).toBe(true);
    refusal.code = undefined;
    expect(harness.run(id).status).toBe('running');
  });

  it('breaks the drive off where it is refused for good', async () => {
    const { harness: opened, id, refusal, calls, paid } = await inATurn();
    await using harness = opened;
    refusal.code = 'internal';
    paid.resolve('an answer');
    await harness.settle();
    expect(refusal.refused).toBe(1);
    refusal.code = undefined;
    await harness.finished(id);
    expect(calls).toEqual(['turn', 'turn']);
  });
});
