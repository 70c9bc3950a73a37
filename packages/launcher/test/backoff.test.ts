import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { countCrash, restartDelay } from '../src/backoff.ts';

test('the pause doubles from 200 ms and never exceeds 5 s', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map(restartDelay)).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  assert(
    property(integer({ min: 1, max: 10_000 }), (crashes) => {
      expect(restartDelay(crashes)).toBeGreaterThanOrEqual(200);
      expect(restartDelay(crashes + 1)).toBeGreaterThanOrEqual(restartDelay(crashes));
      expect(restartDelay(crashes)).toBeLessThanOrEqual(5_000);
    }),
  );
});

test('a crash after 30 s of life is a first one, one before counts on', () => {
  expect(countCrash(7, 29_999)).toBe(8);
  expect(countCrash(7, 30_000)).toBe(1);
});
