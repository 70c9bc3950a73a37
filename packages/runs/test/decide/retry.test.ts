import { runStatuses, type RunStatus } from '@perdure/contract';
import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { decideRetry } from '../../src/decide/retry.ts';
import type { RunState, StepRecord } from '../../src/record/record.ts';
import { aRun, aStep } from './builders.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

function retried(steps: readonly StepRecord[], run: Partial<RunState> = {}, cancelled: readonly string[] = []) {
  return decideRetry({
    run: aRun({ status: 'failed', failedKey: steps.find(({ status }) => status === 'failed')?.key ?? null, ...run }),
    steps,
    wasCancelledByParent: (child) => cancelled.includes(child),
  });
}

function accepted(...given: Parameters<typeof retried>) {
  const decision = retried(...given);
  if (decision.kind !== 'accepted') throw new Error(decision.kind);
  return decision;
}

describe('a retry', () => {
  it.each(runStatuses)(
    'queues a run that failed and is refused by any other, with its status: %s',
    (status: RunStatus) => {
      const decision = retried([], { status });
      if (status === 'failed') expect(decision).toMatchObject({ kind: 'accepted', status: 'queued' });
      else expect(decision).toEqual({ kind: 'refused', status });
    },
  );

  it('finds nothing to go on from once undoing was decided, or an effect was taken back', () => {
    const failed = aStep('pay', { status: 'failed' });
    for (const undoOutcome of ['failed', 'cancelled'] as const) {
      expect(retried([failed], { undoOutcome })).toEqual({ kind: 'undone' });
    }
    for (const status of ['started', 'done', 'failed'] as const) {
      expect(retried([failed, aStep('undo/book', { kind: 'undo', status })])).toEqual({ kind: 'undone' });
    }
  });

  it('refuses a run that has not failed before it looks at what was undone', () => {
    expect(retried([], { status: 'cancelled', undoOutcome: 'cancelled' })).toEqual({
      kind: 'refused',
      status: 'cancelled',
    });
  });

  it('begins the failed step again as its next attempt, and lets its retry policy count from there', () => {
    const steps = [aStep('before'), aStep('pay', { status: 'failed', attempt: 3, seq: 2 })];
    expect(accepted(steps).begunAgain).toEqual([
      { key: 'pay', attempt: 4, kind: 'step', detail: { attemptsBefore: 3 } },
    ]);
  });

  it('keeps what else is known of a turn that is begun again', () => {
    const steps = [aStep('a', { kind: 'agent' }), aStep('a/turn-1', { kind: 'turn', status: 'failed', attempt: 2 })];
    expect(accepted(steps, { failedKey: 'a/turn-1' }).begunAgain).toEqual([
      {
        key: 'a/turn-1',
        attempt: 3,
        kind: 'turn',
        detail: { agent: 'a', agentHash: 'h', model: 'm', attemptsBefore: 2 },
      },
    ]);
  });

  it('counts on from a retry before it', () => {
    const [again] = accepted([
      aStep('pay', { status: 'failed', attempt: 5, detail: { attemptsBefore: 2 } }),
    ]).begunAgain;
    expect(again).toMatchObject({ attempt: 6, detail: { attemptsBefore: 5 } });
  });

  it('forgets what the plan says, and begins nothing of that again', () => {
    const steps = [aStep('a', { kind: 'agent', status: 'failed' }), aStep('a/turn-1', { kind: 'turn', seq: 2 })];
    expect(accepted(steps)).toMatchObject({ begunAgain: [], forgotten: ['a', 'a/turn-1'] });
  });

  it('asks the plan about the children that were cancelled for their parent', () => {
    const child = aStep('kid', { kind: 'run', status: 'started', detail: { run: 'c1', pipeline: 'p' } });
    const failed = aStep('pay', { status: 'failed' });
    expect(accepted([child, failed], {}, ['c1']).forgotten).toEqual(['kid']);
    expect(accepted([child, failed]).forgotten).toEqual([]);
  });

  it('gives back the texts that a forgotten turn had taken up, and no others', () => {
    const steps = [
      aStep('other/turn-1', { kind: 'turn', detail: { steers: ['kept'] } }),
      aStep('a', { kind: 'agent', status: 'failed', seq: 2 }),
      aStep('a/turn-1', { kind: 'turn', seq: 3, detail: { steers: ['s1', 's2'] } }),
      aStep('a/turn-2', { kind: 'turn', seq: 4 }),
      aStep('a/turn-3', { kind: 'turn', seq: 5, detail: { steers: ['s3'] } }),
    ];
    expect(accepted(steps).givenBack).toEqual(['s1', 's2', 's3']);
  });

  it('gives back nothing of a turn that is begun again', () => {
    const steps = [aStep('a/turn-1', { kind: 'turn', status: 'failed', detail: { steers: ['s1'] } })];
    expect(accepted(steps).givenBack).toEqual([]);
  });
});

describe('whatever failed', () => {
  const kinds = ['step', 'turn', 'agent', 'tool', 'review', 'map', 'item', 'run', 'human'] as const;
  const keys = ['a', 'a/1', 'a/1/b', 'a/1/b/c', 'b', 'b/1', 'c'];
  const anySteps = fc
    .tuple(
      ...keys.map((key) =>
        fc.record({
          key: fc.constant(key),
          kind: fc.constantFrom(...kinds),
          status: fc.constantFrom('started', 'done', 'failed'),
        }),
      ),
    )
    .chain((all) => fc.subarray(all))
    .map((some) => some.map(({ key, ...changes }, place) => aStep(key, { ...changes, seq: place + 1 })));

  it('no step is both begun again and forgotten, and each is one that there is', () => {
    fc.assert(
      fc.property(anySteps, fc.constantFrom(null, ...keys), (steps, failedKey) => {
        const { begunAgain, forgotten } = accepted(steps, { failedKey });
        const touched = [...begunAgain.map(({ key }) => key), ...forgotten];
        expect(new Set(touched).size).toBe(touched.length);
        expect(steps.map(({ key }) => key)).toEqual(expect.arrayContaining(touched));
      }),
    );
  });

  it('only a step or a turn that failed is begun again', () => {
    fc.assert(
      fc.property(anySteps, fc.constantFrom(null, ...keys), (steps, failedKey) => {
        const again = accepted(steps, { failedKey }).begunAgain.map(({ key }) => key);
        const begun = steps.filter(({ key }) => again.includes(key));
        expect(begun.every(({ kind, status }) => (kind === 'step' || kind === 'turn') && status === 'failed')).toBe(
          true,
        );
      }),
    );
  });
});
