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

test('a key as it is shown, without the hash that tells approvals apart, names the ones it stands for', () => {
  const keys = ['book', 'book/approval-9cbb76488644ad7a', 'book/approval-729342376c50a621'];
  expect(nearKeys('book/approval', keys)).toEqual(keys.slice(1));
});
