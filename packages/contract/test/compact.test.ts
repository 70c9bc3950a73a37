import { expect, expectTypeOf, it } from 'vitest';
import { compact } from '../src/index.ts';

it('leaves out what is undefined and keeps every other nothing', () => {
  const given = { a: 1, b: undefined, c: null, d: '', e: false } as { a: number; b: string | undefined; c: null };
  const kept = compact(given);
  expect(Object.keys(kept)).toEqual(['a', 'c', 'd', 'e']);
  expectTypeOf(kept).toEqualTypeOf<{ a: number; c: null; b?: string }>();
});
