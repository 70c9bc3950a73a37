import { isFinished, orderAccepted, runOrders, runStatuses, type RunOrder, type RunStatus } from '@perdure/contract';
import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { decideOrder, type RunBelow } from '../../src/decide/order.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

const orders = Object.keys(runOrders) as RunOrder[];
const passedDown = orders.filter((order) => order !== 'cancel');

/** Of one run below each status one, named after it. */
const oneOfEach = (isPausing: boolean): readonly RunBelow[] =>
  runStatuses.map((status) => ({ id: status, status, isPausing }));

/** Ids of the runs below that get the order too. */
function reached(order: RunOrder, below: readonly RunBelow[]): readonly string[] {
  const decision = decideOrder(order, { status: order === 'resume' ? 'paused' : 'running' }, () => below);
  if (decision.kind !== 'accepted') throw new Error('it was refused');
  return decision.below;
}

const takes: Readonly<Record<RunOrder, readonly RunStatus[]>> = {
  pause: ['queued', 'running', 'waiting'],
  resume: ['paused', 'needs_attention'],
  cancel: ['queued', 'running', 'waiting', 'paused', 'needs_attention'],
  steer: ['queued', 'running', 'waiting', 'paused', 'needs_attention'],
};

describe.each(orders)('the order %s', (order) => {
  it.each(runStatuses)('is taken where it makes sense and refused elsewhere, with the status: %s', (status) => {
    const expected = takes[order].includes(status) ? { kind: 'accepted', below: [] } : { kind: 'refused', status };
    expect(decideOrder(order, { status }, () => [])).toEqual(expected);
  });

  it('is taken by a run that waits for a model, which a resume then asks at once', () => {
    const decision = decideOrder(order, { status: 'waiting', waitsFor: 'model' }, () => []);
    expect(decision).toEqual(order === 'resume' ? { kind: 'ask_model_now' } : { kind: 'accepted', below: [] });
  });

  it('is one like any other for a run that waits for a model and has yet to notice a pause', () => {
    const run = { status: 'waiting', waitsFor: 'model', isPausing: true } as const;
    expect(decideOrder(order, run, () => [])).toEqual({ kind: 'accepted', below: [] });
  });

  it('asks nobody about the runs below where it is refused', () => {
    const decision = decideOrder(order, { status: 'completed' }, () => {
      throw new Error('asked');
    });
    expect(decision.kind).toBe('refused');
  });
});

describe('the runs below', () => {
  it('are not sent a cancel, and nobody asks for them: their parent passes it on', () => {
    const decision = decideOrder('cancel', { status: 'running' }, () => {
      throw new Error('asked');
    });
    expect(decision).toEqual({ kind: 'accepted', below: [] });
  });

  it.each([true, false])('are paused where they can be, also one that a pause is on its way to: %s', (isPausing) => {
    expect(reached('pause', oneOfEach(isPausing))).toEqual(['queued', 'running', 'waiting']);
  });

  it.each([true, false])('are told a text as long as they have not ended: %s', (isPausing) => {
    const told = ['queued', 'running', 'waiting', 'paused', 'needs_attention', 'undoing'];
    expect(reached('steer', oneOfEach(isPausing))).toEqual(told);
  });

  it('are resumed where they are paused, and one that needs attention of its own is not', () => {
    expect(reached('resume', oneOfEach(false))).toEqual(['paused']);
  });

  it('are resumed as well where a pause has yet to be noticed, since it would else be noticed after the resume', () => {
    expect(reached('resume', oneOfEach(true))).toEqual(['queued', 'running', 'waiting', 'paused']);
  });
});

describe('whatever is below', () => {
  const anyBelow = fc.uniqueArray(
    fc.record({ id: fc.string(), status: fc.constantFrom(...runStatuses), isPausing: fc.boolean() }),
    { selector: ({ id }) => id },
  );

  it('an order reaches runs below only, each once, in their order, and none that has ended', () => {
    fc.assert(
      fc.property(fc.constantFrom(...passedDown), anyBelow, (order, below) => {
        const ids = reached(order, below);
        expect(below.filter(({ id }) => ids.includes(id)).map(({ id }) => id)).toEqual(ids);
        expect(below.some(({ id, status }) => ids.includes(id) && isFinished(status))).toBe(false);
      }),
    );
  });

  it('whether an order is taken does not depend on it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...orders), fc.constantFrom(...runStatuses), anyBelow, (order, status, below) => {
        expect(decideOrder(order, { status }, () => below).kind === 'accepted').toBe(orderAccepted(order, status));
      }),
    );
  });
});
