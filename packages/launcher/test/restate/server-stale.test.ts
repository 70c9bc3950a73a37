import { expect, test } from 'vitest';
import { isEngineOf } from '../../src/restate/server-stale.ts';

const ownBase = '/b/engine';

test('the engine that works in our folder is ours, also after the root was moved', () => {
  expect(isEngineOf({ worksIn: 'ours', base: '/a/engine', ownBase })).toBe(true);
});

test('the engine of the root of which ours is a copy is not, whatever our files say, also where ours lies at its old path', () => {
  expect(isEngineOf({ worksIn: 'other', base: '/a/engine', ownBase })).toBe(false);
  expect(isEngineOf({ worksIn: 'other', base: ownBase, ownBase })).toBe(false);
});

test('where its folder is gone, or cannot be seen, its command line tells', () => {
  expect(isEngineOf({ worksIn: 'unknown', base: ownBase, ownBase })).toBe(true);
  expect(isEngineOf({ worksIn: 'unknown', base: '/a/engine', ownBase })).toBe(false);
  expect(isEngineOf({ worksIn: 'unknown', base: undefined, ownBase })).toBe(false);
});
