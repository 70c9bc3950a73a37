import { createContext, runInContext } from 'node:vm';
import { expect, it } from 'vitest';
import { jsonText } from '../src/record/json-text.ts';

class Point {
  readonly x = 1;
  get length(): number {
    return this.x;
  }
}

class Account {
  readonly #balance = 1;
  get balance(): number {
    return this.#balance;
  }
}

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
  ['a date', { at: new Date(0) }],
  ['an address, which says itself as JSON', new URL('http://localhost')],
  ['an empty object', {}],
  ['an empty object without a prototype', Object.create(null)],
  ['an empty object of another realm', runInContext('({ inner: {} })', createContext())],
  ['an object of a class with fields', new Point()],
  ['members that are undefined', { a: undefined }],
  ['numbers', [0, -0, 1.5, Number.MAX_VALUE]],
])('keeps %s, of which JSON keeps something', (_name, value) => {
  expect(jsonText(value).kind).toBe('json');
});

it.each([
  [new Response('{}'), 'it is a Response, which JSON empties: write `await response.json()`'],
  [new Blob(['x']), 'it is a Blob, which JSON empties: write `await blob.text()`'],
  [new TypeError('x'), 'it is an Error, which JSON empties: keep its message'],
  [
    Object.assign(new Error('no such file'), { code: 'ENOENT' }),
    'it is an Error, which JSON empties: keep its message',
  ],
  [new DOMException('x'), 'it is an Error, which JSON empties: keep its message'],
  [/a/, 'it is a RegExp, which JSON empties: keep its source'],
  [new ArrayBuffer(1), 'it is an ArrayBuffer, which JSON empties: write `Buffer.from(buffer).toString("base64")`'],
  [new WeakMap(), 'it is a WeakMap, which JSON empties'],
  [new Account(), 'it is an Account, which JSON empties'],
  [Number.NaN, 'it is NaN, which JSON writes as null'],
  [{ limits: { most: Infinity } }, 'limits.most is Infinity, which JSON writes as null'],
])('refuses what JSON empties, and says what to write: %s', (value, why) => {
  expect(jsonText(value)).toEqual({ kind: 'not_json', why });
});

it('takes a value as deep as JSON takes it', () => {
  let deep: unknown = 1;
  for (let n = 0; n < 4_000; n += 1) deep = { a: deep };
  expect(() => JSON.stringify(deep)).not.toThrow();
  expect(jsonText(deep).kind).toBe('json');
});
