/** Randomness as an input: the same seed gives the same draws (mulberry32), so a bad run of the loop can be told to others. */

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
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
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
