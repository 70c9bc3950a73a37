import { expect, test } from 'vitest';
import { costOf } from '../src/index.ts';

test.each([
  [1_000_000, 0, 0.59],
  [0, 1_000_000, 0.79],
  [1_628, 1_462, 0.0021155],
  [1, 0, 0.00000059],
  [0, 0, 0],
])('%j tokens in and %j out cost %j, without a digit that nobody counted', (inputTokens, outputTokens, cost) => {
  expect(costOf({ inputTokens, outputTokens }, { input: 0.59, output: 0.79 })).toBe(cost);
});
