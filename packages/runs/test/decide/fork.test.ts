import { stepKinds, stepStatuses, undoneBy } from '@perdure/contract';
import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { decideFork, type StepSketch } from '../../src/decide/fork.ts';
import type { RunState } from '../../src/record/record.ts';
import { aSketch, start } from './builders.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

interface Given {
  readonly undoOutcome?: RunState['undoOutcome'];
  readonly decisions?: readonly string[];
}

function forked(steps: readonly StepSketch[], stepKey: string, { undoOutcome = null, decisions = [] }: Given = {}) {
  const decision = decideFork({ run: { undoOutcome }, steps, stepKey, isDecision: (key) => decisions.includes(key) });
  if (decision.kind === 'no_such_step') throw new Error(`there is no step ${stepKey}`);
  return decision;
}

const inherited = (...given: Parameters<typeof forked>) => forked(...given).inherited;

describe('a fork', () => {
  it('begins with what had finished before its step was begun, and with that step', () => {
    const steps = [aSketch('a', 1), aSketch('b', 2), aSketch('c', 3), aSketch('d', 4)];
    expect(forked(steps, 'c')).toMatchObject({ fromKey: 'c', inherited: ['a', 'b'] });
    expect(inherited(steps, 'a')).toEqual([]);
  });

  it('begins at a step of the run, whatever became of it, and neither at one that there is not nor at an undo', () => {
    const steps = [aSketch('a', 1, { status: 'failed' }), aSketch('undo/a', 2, { kind: 'undo' })];
    const asked = (stepKey: string) =>
      decideFork({ run: { undoOutcome: null }, steps, stepKey, isDecision: () => false });
    expect(asked('a').kind).toBe('forked');
    expect(asked('b')).toEqual({ kind: 'no_such_step' });
    expect(asked('undo/a')).toEqual({ kind: 'no_such_step' });
  });

  it('inherits failures too: the pipeline has caught them', () => {
    expect(inherited([aSketch('a', 1, { status: 'failed' }), aSketch('b', 2)], 'b')).toEqual(['a']);
  });

  it('inherits no step that had not ended, be it begun earlier', () => {
    const begun = aSketch('a', 1, { status: 'started', endedAt: null });
    const attempted = aSketch('b', 2, { status: 'started', endedAt: start });
    const endless = aSketch('c', 3, { endedAt: null });
    expect(inherited([begun, attempted, endless, aSketch('d', 4)], 'd')).toEqual([]);
  });

  it('goes by time among calls side by side: one that ended at the very moment counts, one that ended later does not', () => {
    const from = aSketch('c', 3);
    const late = aSketch('a', 1, { endedAt: from.startedAt + 1 });
    const justInTime = aSketch('b', 2, { endedAt: from.startedAt });
    expect(inherited([late, justInTime, from], 'c')).toEqual(['b']);
  });

  it('inherits nothing that was begun after its step, be it ended in the same moment', () => {
    const from = aSketch('a', 1);
    const later = aSketch('b', 2, { startedAt: from.startedAt, endedAt: from.startedAt });
    expect(inherited([from, later], 'a')).toEqual([]);
  });

  it('enters anew what its step lies in, but keeps the turn that asked for a call', () => {
    const early = { endedAt: start };
    const steps = [
      aSketch('a', 1, { kind: 'agent', ...early }),
      aSketch('a/turn-1', 2, { kind: 'turn', ...early }),
      aSketch('a/turn-1/send', 3, { kind: 'tool' }),
    ];
    expect(inherited(steps, 'a/turn-1/send')).toEqual(['a/turn-1']);
    expect(inherited([aSketch('pay', 1), aSketch('pay-2', 2)], 'pay-2')).toEqual(['pay']);
  });

  it('inherits nothing below its own step, be it begun before that was recorded', () => {
    const steps = [aSketch('a/1', 1), aSketch('a-b', 2), aSketch('a', 3)];
    expect(inherited(steps, 'a')).toEqual(['a-b']);
  });

  it('takes what a person decided about a tool call along with the call, or not at all', () => {
    const approval = aSketch('pay/approval', 1, { kind: 'human' });
    const steps = [approval, aSketch('pay', 2, { kind: 'tool' }), aSketch('next', 3)];
    const decisions = ['pay/approval'];
    expect(inherited(steps, 'next', { decisions })).toEqual(['pay/approval', 'pay']);
    const open = [approval, aSketch('pay', 2, { kind: 'tool', status: 'started', endedAt: null }), aSketch('next', 3)];
    expect(inherited(open, 'next', { decisions })).toEqual([]);
  });

  it('knows the call that a decision is about by the key around it, however deep that lies', () => {
    const turns = [aSketch('a/turn-1', 1, { kind: 'turn' }), aSketch('a/turn-1/pay/approval', 2, { kind: 'human' })];
    const decisions = ['a/turn-1/pay/approval'];
    const called = [...turns, aSketch('a/turn-1/pay', 3, { kind: 'tool' }), aSketch('next', 4)];
    expect(inherited(called, 'next', { decisions })).toEqual(['a/turn-1', 'a/turn-1/pay/approval', 'a/turn-1/pay']);
    const uncalled = [...turns, aSketch('a', 3), aSketch('next', 4)];
    expect(inherited(uncalled, 'next', { decisions })).toEqual(['a/turn-1', 'a']);
  });

  it('counts its budget from no decision that it leaves behind', () => {
    const steps = [aSketch('a', 1), aSketch('pay/approval', 2, { kind: 'human' }), aSketch('next', 3)];
    expect(forked(steps, 'next', { decisions: ['pay/approval'] }).cleared.seq).toBe(1);
  });

  it('takes an answer along that decides about no call', () => {
    const steps = [aSketch('ask/who', 1, { kind: 'human' }), aSketch('next', 2)];
    expect(inherited(steps, 'next')).toEqual(['ask/who']);
  });

  it('has paid for nothing it inherits, and its budget counts from the last of that', () => {
    const steps = [
      aSketch('a', 1),
      aSketch('b/turn-1', 2, { kind: 'turn' }),
      aSketch('b/turn-2', 3, { kind: 'turn' }),
      aSketch('c', 4, { status: 'started', endedAt: null }),
      aSketch('d', 5),
    ];
    expect(forked(steps, 'd').cleared).toEqual({ seq: 3, turns: 2, tokens: 0, activeMs: 0 });
    expect(forked(steps, 'a').cleared).toEqual({ seq: 0, turns: 0, tokens: 0, activeMs: 0 });
  });
});

const undone = (key: string, seq: number) => aSketch(`undo/${key}`, seq, { kind: 'undo' });

describe('a fork of a run that has undone something', () => {
  const steps = [
    aSketch('a', 1),
    aSketch('b', 2, { undoable: true }),
    aSketch('c', 3),
    aSketch('d', 4, { undoable: true }),
    aSketch('e', 5),
  ];

  it('begins at the first step that was undone, where that is earlier than the one named', () => {
    const all = [...steps, undone('d', 6), undone('b', 7)];
    expect(forked(all, 'e', { undoOutcome: 'failed' })).toMatchObject({ fromKey: 'b', inherited: ['a'] });
    expect(forked(all, 'a', { undoOutcome: 'failed' })).toMatchObject({ fromKey: 'a', inherited: [] });
    expect(forked(all, 'b', { undoOutcome: 'failed' })).toMatchObject({ fromKey: 'b', inherited: ['a'] });
  });

  it('begins at the first one that is armed while undoing goes on, since that is about to be undone', () => {
    expect(forked([...steps, undone('d', 6)], 'e', { undoOutcome: 'cancelled' }).fromKey).toBe('b');
    expect(forked(steps, 'e', { undoOutcome: 'failed' }).fromKey).toBe('b');
  });

  it('begins where it was told as long as nothing is undone and nothing is about to be', () => {
    expect(forked(steps, 'e').fromKey).toBe('e');
    expect(forked(steps, 'e').inherited).toEqual(['a', 'b', 'c', 'd']);
    const unarmed = steps.map((step) => ({ ...step, undoable: false }));
    expect(forked(unarmed, 'e', { undoOutcome: 'failed' }).fromKey).toBe('e');
  });

  it('goes by what was undone where undoing was not decided: by the undos alone', () => {
    expect(forked([...steps, undone('d', 6)], 'e').fromKey).toBe('d');
  });
});

const seqOf = (steps: readonly StepSketch[], key: string) => steps.find((step) => step.key === key)?.seq ?? NaN;

describe('whatever the run', () => {
  const keys = ['a', 'a/1', 'a/1/b', 'b', 'b/turn-1', 'b/turn-1/c', 'undo/a', 'undo/b/turn-1/c', 'd'];
  const anySteps = fc
    .tuple(
      fc.shuffledSubarray(keys, { minLength: 1 }),
      fc.infiniteStream(
        fc.record({
          kind: fc.constantFrom(...stepKinds),
          status: fc.constantFrom(...stepStatuses),
          undoable: fc.boolean(),
          after: fc.nat(2),
          ms: fc.option(fc.nat(4)),
        }),
      ),
    )
    .map(([some, stream]) => {
      const undone = new Set(some.map(undoneBy));
      let at = start;
      return some.map((key, place) => {
        const { kind, status, undoable, after, ms } = stream.next().value;
        at += after;
        const step = { status, startedAt: at, endedAt: ms === null ? null : at + ms };
        // What was undone was armed, and an undo is not.
        const facts =
          undoneBy(key) === undefined ? { kind, undoable: undoable || undone.has(key) } : ({ kind: 'undo' } as const);
        return aSketch(key, place + 1, { ...step, ...facts });
      });
    });
  const anyFork = [
    anySteps,
    fc.constantFrom(...keys),
    fc.constantFrom(null, 'failed', 'cancelled'),
    fc.subarray(keys),
  ] as const;

  /** Holds a law against every fork that there is. */
  function always(
    law: (
      fork: Extract<ReturnType<typeof decideFork>, { kind: 'forked' }>,
      steps: readonly StepSketch[],
      asked: string,
    ) => void,
  ): void {
    fc.assert(
      fc.property(...anyFork, (steps, stepKey, undoOutcome, decisions) => {
        const fork = decideFork({ run: { undoOutcome }, steps, stepKey, isDecision: (key) => decisions.includes(key) });
        if (fork.kind === 'forked') law(fork, steps, stepKey);
      }),
      { numRuns: 500 },
    );
  }

  it('a fork inherits steps of the run alone, in their order, and none begun after its first one', () => {
    always(({ fromKey, inherited: keys }, steps) => {
      const before = steps.filter(({ key }) => keys.includes(key));
      expect(before.map(({ key }) => key)).toEqual(keys);
      expect(before.every(({ seq }) => seq < seqOf(steps, fromKey))).toBe(true);
    });
  });

  it('a fork inherits nothing that had not ended, and never an undo', () => {
    always(({ inherited: keys }, steps) => {
      const before = steps.filter(({ key }) => keys.includes(key));
      expect(
        before.some(({ kind, status, endedAt }) => kind === 'undo' || status === 'started' || endedAt === null),
      ).toBe(false);
    });
  });

  it('a fork begins at the step that was named or at an earlier one', () => {
    always(({ fromKey }, steps, asked) => expect(seqOf(steps, fromKey)).toBeLessThanOrEqual(seqOf(steps, asked)));
  });

  it('a fork inherits nothing that was undone', () => {
    always(({ inherited: keys }, steps) => {
      const undone = steps.flatMap(({ key }) => undoneBy(key) ?? []);
      expect(keys.filter((key) => undone.includes(key))).toEqual([]);
    });
  });
});
