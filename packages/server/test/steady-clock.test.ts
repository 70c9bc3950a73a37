import { expect, test } from 'vitest';
import { steadyClock } from '../src/steady-clock.ts';

test('a clock that is set back does not go back here, and one that is set forward does not stay ahead', () => {
  let [wall, passed] = [1_000_000, 50];
  const clock = steadyClock(
    () => wall,
    () => passed,
  );
  const after = (ms: number) => {
    wall += ms;
    passed += ms;
    return clock();
  };
  expect([clock(), after(10)]).toEqual([1_000_000, 1_000_010]);
  wall -= 500_000;
  expect([clock(), after(10)]).toEqual([1_000_010, 1_000_020]);
  wall += 900_000;
  expect(clock()).toBe(1_400_020);
  wall -= 400_000;
  expect([clock(), after(5)]).toEqual([1_000_020, 1_000_025]);
});
