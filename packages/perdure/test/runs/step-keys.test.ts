import { expect, test } from 'vitest';
import { nearKeys } from '../../src/runs/step-keys.ts';

test.each([
  ['plannr', ['planner', 'review/1/planner']],
  ['geret', ['greet']],
  ['ab', []],
  ['Planner', ['planner', 'review/1/planner']],
  ['review/planner', ['planner', 'review/1/planner']],
  ['review/1/planer', ['review/1/planner', 'planner']],
  ['publish', []],
])('near the key %s are %j', (key, near) => {
  expect(nearKeys(key, ['greet', 'planner', 'review/1/planner', 'review'])).toEqual(near);
});
