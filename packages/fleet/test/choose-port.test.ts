import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { choosePort, derivedPorts } from '../src/core/choose-port.ts';

const nobody = { bases: [], isFree: () => true };

describe('the port of a gateway', () => {
  it('is away from a lead on the default port of OpenClaw, and from its siblings', () => {
    const bases = [18_789];
    for (let n = 0; n < 5; n += 1) {
      const choice = choosePort(undefined, { ...nobody, bases });
      if (choice.kind === 'port') bases.push(choice.port);
    }
    expect(bases).toEqual([18_789, 18_910, 19_030, 19_150, 19_270, 19_390]);
  });

  it('is passed over where a port behind it is in use', () => {
    expect(choosePort(undefined, { bases: [], isFree: (port) => port !== 18_912 })).toEqual({
      kind: 'port',
      port: 19_030,
    });
  });

  it.each([
    ['one below', 18_800, [18_789]],
    ['one above', 18_700, [18_789]],
    ['the same', 18_789, [18_789]],
  ])('is refused by name where it was asked for and is near %s', (_what, wanted, bases) => {
    expect(choosePort(wanted, { ...nobody, bases })).toMatchObject({ kind: 'refused', reason: /18789/ });
  });

  it.each([0, 80, 1_023, 65_500, 70_000, 18_910.5, Number.NaN])('cannot be %s', (wanted) => {
    expect(choosePort(wanted, nobody).kind).toBe('refused');
  });

  it('never shares a port that it may take with another gateway, wherever those are', () => {
    const bases = fc.array(fc.integer({ min: 1_024, max: 65_425 }), { maxLength: 40 });
    const busy = fc.uniqueArray(fc.integer({ min: 18_900, max: 20_500 }), { maxLength: 20 });
    fc.assert(
      fc.property(bases, busy, (others, used) => {
        const choice = choosePort(undefined, { bases: others, isFree: (port) => !used.includes(port) });
        if (choice.kind === 'refused') return;
        const own = new Set([choice.port, ...derivedPorts(choice.port)]);
        expect(used.filter((port) => own.has(port))).toEqual([]);
        expect(others.flatMap((base) => [base, ...derivedPorts(base)]).filter((port) => own.has(port))).toEqual([]);
      }),
      { numRuns: 300, seed: propertySeed(20_261_130) },
    );
  });
});
