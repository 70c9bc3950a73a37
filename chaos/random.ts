/**
 * Randomness as an input: the same seed gives the same draws (mulberry32), so a bad run of the loop can be told to
 * others.
 */

import { seededRandom } from '@perdure/testing';

/** A sequence of draws. */
export interface Random {
  /** From `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** True so many times in a hundred. */
  percent(chance: number): boolean;
  /** One of the entries, by weight. */
  pick<T>(weights: readonly (readonly [value: T, weight: number])[]): T;
}

/** Any integer is a seed. */
export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  return {
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    percent: (chance) => next() * 100 < chance,
    pick(weights) {
      const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
      let left = next() * total;
      const [fallback] = weights;
      if (fallback === undefined) throw new Error('nothing to pick from');
      return (weights.find(([, weight]) => (left -= weight) < 0) ?? fallback)[0];
    },
  };
}
