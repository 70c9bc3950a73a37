import { expect, it } from 'vitest';
import { jsonText } from '../src/record/json-text.ts';

it.each([
  ['bytes', new Uint8Array([1])],
  [
    'an object that can be walked and has members',
    {
      items: [1],
      *[Symbol.iterator]() {
        yield 1;
      },
    },
  ],
  ['a text in an object', Object('x')],
])('keeps %s, of which JSON keeps something', (_name, value) => {
  expect(jsonText(value).kind).toBe('json');
});

it('takes a value as deep as JSON takes it', () => {
  let deep: unknown = 1;
  for (let n = 0; n < 4_000; n += 1) deep = { a: deep };
  expect(() => JSON.stringify(deep)).not.toThrow();
  expect(jsonText(deep).kind).toBe('json');
});
