import { expect, test } from 'vitest';
import { isPlain, sizeOf } from '../src/effort.ts';
import { nextCheck } from '../src/lanes.ts';
import { fieldOfPattern } from '../src/pattern-field.ts';

test.each([
  [{ type: 'object', properties: { pattern: { type: 'string' }, format: { enum: [1] }, constructor: {} } }, true],
  [{ properties: { a: { items: { pattern: 'x' } } } }, false],
  [{ anyOf: [{}, { format: 'email' }] }, false],
  [{ patternProperties: { x: {} } }, false],
  [{ properties: { a: { $ref: '#' } } }, false],
  [{ uniqueItems: true }, false],
  [{ uniqueItems: false }, true],
  [true, true],
])('whether %j is certain to be short', (schema, plain) => {
  expect(isPlain(schema)).toBe(plain);
});

test.each([
  ['an answer of a page', { text: 'x'.repeat(4_000), list: [1, 2, 3] }, 'small'],
  ['many members', Array.from({ length: 70_000 }, () => 1), 'large'],
  ['a long name', { ['n'.repeat(70_000)]: 1 }, 'large'],
  ['nothing', undefined, 'small'],
])('the size of %s is known', (_name, value, size) => {
  expect(sizeOf(value)).toBe(size);
});

test('the oldest check begins next, but no second of a schema that was slow while one is at work', () => {
  const slow = new Set(['s', 't']);
  expect(nextCheck(['a', 'b'], { atWork: [], threads: 2, slow })).toBe(0);
  expect(nextCheck(['a'], { atWork: ['b', 'c'], threads: 2, slow })).toBeUndefined();
  expect(nextCheck(['t', 's', 'a'], { atWork: ['s'], threads: 2, slow })).toBe(2);
  expect(nextCheck(['t', 's'], { atWork: ['s'], threads: 2, slow })).toBeUndefined();
  expect(nextCheck(['t', 'a'], { atWork: ['b'], threads: 2, slow })).toBe(0);
});

test.each([
  [{ properties: { a: { properties: { b: { pattern: 'x' } } } } }, 'a.b'],
  [{ properties: { list: { items: { properties: { code: { pattern: 'x' } } } } } }, 'list[].code'],
  [{ properties: { a: { anyOf: [{ type: 'null' }, { pattern: 'x' }] } } }, 'a'],
  [{ properties: { a: { patternProperties: { x: {} } } } }, 'a'],
  [{ pattern: 'x' }, undefined],
  [{ properties: { a: { $ref: '#/$defs/code' } }, $defs: { code: { pattern: 'x' } } }, undefined],
])('the field of a pattern in %j is told', (schema, field) => {
  expect(fieldOfPattern(schema, 'x')).toBe(field);
});
