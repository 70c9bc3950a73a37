import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortSha256 } from '../src/values/short-sha256.ts';

const byNode = (text: string) => createHash('sha256').update(text).digest('hex');

test('a short hash is that of Node, at every length around the edges of its blocks', () => {
  for (let length = 0; length <= 200; length += 1) {
    const text = 'x'.repeat(length);
    expect(shortSha256(text)).toBe(byNode(text));
  }
});

test('a short hash is that of Node for every text, also one that is not Latin or holds half a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(shortSha256(text)).toBe(byNode(text));
      expect(shortSha256(`${text}\uD800`)).toBe(byNode(`${text}\uD800`));
    }),
  );
});
