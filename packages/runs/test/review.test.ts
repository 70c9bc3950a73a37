import { describe, expect, it } from 'vitest';
import type { AgentCaller } from '../src/steps/step-port.ts';
import { Harness } from './harness.ts';
import { onceTool as tool, pipeline, waitOf } from './support.ts';

describe('review by a person', () => {
  it('reworks what is sent back, and shows the person each version', async () => {
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.review('v1', {
          key: 'review',
          by: 'human',
          maxRounds: 1,
          onExhausted: 'fail',
          redo: (review, round) => round.step('rework', () => `v2: ${review.feedback}`),
        }),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.answer(waitOf(harness, id), { verdict: 'changes_requested', feedback: 'shorter' });
    await harness.until(id, 'waiting', 'completed');
    const shown = harness.database.sqlite.prepare('SELECT context FROM waits WHERE run_id = ? ORDER BY id').all(id);
    expect(shown.map((row) => row['context'])).toEqual(['{"subject":"v1"}', '{"subject":"v2: shorter"}']);
    const asked = harness.database.sqlite.prepare('SELECT question FROM waits WHERE run_id = ? ORDER BY id').all(id);
    expect(asked.map((row) => row['question'])).toEqual([
      'Do you approve this?',
      'Do you approve this?\n\nAsked for in the round before:\nshorter',
    ]);
    await harness.answer(waitOf(harness, id, 1), { verdict: 'approved', feedback: '' });
    expect(JSON.parse((await harness.finished(id)).output ?? '')).toMatchObject({
      subject: 'v2: shorter',
      verdict: 'approved',
      rounds: [
        { round: 1, stepKey: 'review/1/decision' },
        { round: 2, stepKey: 'review/2/decision' },
      ],
    });
  });
});

describe('review, hard cases', () => {
  it('a feedback that leaves no room in the question of the next round is cut, and asked all the same', async () => {
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.review(1, {
          key: 'rev',
          by: 'human',
          question: 'q'.repeat(9_990),
          maxRounds: 1,
          onExhausted: 'fail',
          redo: async () => 2,
        }),
      ),
    ]);
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    await harness.answer(waitOf(harness, id), { verdict: 'changes_requested', feedback: 'x'.repeat(100) });
    await harness.until(id, 'waiting');
    const asked = harness.database.sqlite.prepare('SELECT question FROM waits WHERE run_id = ? ORDER BY id').all(id);
    expect(String(asked[1]?.['question'])).toHaveLength(10_000);
  });

  it('an exhausted review asks for another verdict, and repeats no call of its redo', async () => {
    const calls: string[] = [];
    await using harness = await Harness.open([
      pipeline((ctx) =>
        ctx.review(1, {
          key: 'rev',
          by: 'human',
          maxRounds: 1,
          onExhausted: 'fail',
          redo: async (_review, inner) => {
            await inner.tool('pay', {}, { key: 'pay' });
            return 2;
          },
        }),
      ),
    ]);
    harness.equip(tool('pay', calls));
    const id = await harness.start('subject');
    const judge = async (verdict: string) => {
      await harness.until(id, 'waiting');
      await harness.answer(harness.wait(id).id, { verdict, feedback: 'x' });
      await harness.settle();
    };
    await judge('changes_requested');
    await judge('changes_requested');
    await harness.finished(id);
    await harness.retry(id);
    await judge('approved');
    expect((await harness.finished(id)).status).toBe('completed');
    expect(calls).toEqual(['pay']);
  });

  it('a composite whose body ends after its run writes nothing behind the end', async () => {
    const outside = Promise.withResolvers<void>();
    const agents: AgentCaller = {
      call: (scope, _agent, _input, key) =>
        scope.perform({
          key,
          kind: 'agent',
          work: async () => ({ result: { verdict: 'changes_requested', feedback: '' } }),
        }),
    };
    await using harness = await Harness.open(
      [
        pipeline((ctx) =>
          ctx.review('draft', {
            key: 'review',
            by: 'agent',
            reviewer: 'judge',
            maxRounds: 1,
            onExhausted: 'fail',
            redo: async () => {
              await outside.promise;
              throw new Error('late');
            },
          }),
        ),
      ],
      { agents },
    );
    const id = await harness.start('subject');
    await harness.settle();
    await harness.order(id, 'cancel');
    expect((await harness.finished(id)).status).toBe('cancelled');
    outside.resolve();
    await harness.settle();
    expect(harness.eventTypes(id).at(-1)).toBe('run.cancelled');
  });
});
