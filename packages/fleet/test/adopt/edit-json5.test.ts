import JSON5 from 'json5';
import { propertySeed, seededRandom } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { editJson5 } from '../../src/openclaw/edit-json5.ts';

const text = `// mine
{
  gateway: { mode: 'local', port: 18790, /* why */ },
  'channels': { sesame: { apiKey: "a}b//c", wsUrl: "ws://x" } }, // here
  list: [1, { two: 2 }, 'three'],
}
`;

describe('settings with comments', () => {
  it('are changed in one place, and keep everything around it', () => {
    const next = editJson5(text, [
      { path: ['gateway', 'port'], value: 19_000 },
      { path: ['gateway', 'auth', 'token'], value: { id: '/gateway' } },
      { path: ['channels', 'sesame', 'wsUrl'], value: undefined },
      { path: ['browser'], value: { enabled: false } },
    ]);
    expect(JSON5.parse(next ?? '')).toEqual({
      browser: { enabled: false },
      gateway: { auth: { token: { id: '/gateway' } }, mode: 'local', port: 19_000 },
      channels: { sesame: { apiKey: 'a}b//c' } },
      list: [1, { two: 2 }, 'three'],
    });
    for (const comment of ['// mine', '/* why */', '// here']) expect(next).toContain(comment);
  });

  it('that are plain JSON stay plain JSON', () => {
    const plain = JSON.stringify({ a: { b: 1, c: 2 }, d: {} }, undefined, 2);
    const edits = [
      { path: ['a', 'c'], value: undefined },
      { path: ['d', 'e', 'f'], value: [1] },
      { path: ['g'], value: null },
      { path: ['nothing', 'there'], value: undefined },
    ];
    expect(JSON.parse(editJson5(plain, edits) ?? '')).toEqual({ a: { b: 1 }, d: { e: { f: [1] } }, g: null });
  });

  it.each([
    ['no object', '[1]'],
    ['broken ones', '{ a: '],
    ['a key that is written by escapes', String.raw`{ "\u0061": 1, b: { } }`],
    ['two keys of one name', '{ a: 1, a: { b: 2 } }'],
    ['names of every object', '{ "__proto__": { x: 1 }, constructor: 2 }'],
    ['much of it', `{ ${Array.from({ length: 3_000 }, (_one, at) => `k${at}: "${'é'.repeat(50)}"`).join(', ')} }`],
  ])('with %s become what was asked for, or are left', (_what, strange) => {
    const next = editJson5(strange, [{ path: ['a', 'b'], value: 3 }]);
    if (next === undefined) return;
    expect(JSON5.parse<{ readonly a: unknown }>(next).a).toMatchObject({ b: 3 });
    const { a: _a, ...rest } = JSON5.parse<{ a?: unknown }>(next);
    const { a: _before, ...before } = JSON5.parse<{ a?: unknown }>(strange);
    expect(rest).toEqual(before);
  });

  it('of any shape read as they were to be', () => {
    const seed = propertySeed(20_261_130);
    const random = seededRandom(seed);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
    const value = (depth: number): unknown => {
      if (depth > 3 || random() < 0.3) return pick([1, 'x', '}', '//', true, null, "it's", [1, { a: 2 }]]);
      const names = ['a', 'b', 'c-d', '__x', '1'].filter(() => random() < 0.5);
      return Object.fromEntries(names.map((name) => [name, value(depth + 1)]));
    };
    for (let round = 0; round < 300; round += 1) {
      const before = { root: value(0) };
      const written = random() < 0.5 ? JSON.stringify(before) : JSON5.stringify(before, undefined, 1);
      const path = ['root', ...['a', 'b', 'c-d'].filter(() => random() < 0.6)];
      const wanted = random() < 0.3 ? undefined : value(2);
      const next = editJson5(written, [{ path, value: wanted }]);
      expect(next, `seed ${seed}, round ${round}: ${written} ${path.join('.')}`).toBeDefined();
    }
  });
});
