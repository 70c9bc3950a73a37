/** The table of shapes is what it claims to be: large, each with a name, a habit and a source. */

import { expect, test } from 'vitest';
import { apis } from './shape.ts';
import { shapes } from './shapes/index.ts';

const countOf = (values: readonly string[]): number => new Set(values).size;

test('there are at least 200 shapes, and 40 of them speak messages or responses', () => {
  expect(shapes.length).toBeGreaterThanOrEqual(200);
  expect(shapes.filter(({ api }) => api !== 'chat').length).toBeGreaterThanOrEqual(40);
  for (const api of apis) expect(shapes.filter((shape) => shape.api === api).length).toBeGreaterThan(20);
});

test('no two shapes have one name, and every name is one of an agent and begins with its server', () => {
  expect(countOf(shapes.map(({ id }) => id))).toBe(shapes.length);
  for (const { id } of shapes) expect(id).toMatch(/^[a-z][a-z0-9-]{1,62}$/);
});

test('every shape tells its habit in one sentence, and where it can be read', () => {
  for (const { id, habit, source } of shapes) {
    expect(habit, id).toMatch(/^\S.*\.$/);
    expect(source, id).toMatch(/^(https:\/\/\S+|[\w.-]+\/[\w.-]+#\d+)$/);
  }
});

test('many servers are among them, and well-behaved answers of each', () => {
  expect(countOf(shapes.map(({ server }) => server))).toBeGreaterThanOrEqual(20);
  const plain = shapes.filter(({ id }) => id.endsWith('-plain'));
  expect(plain.length).toBeGreaterThanOrEqual(15);
  for (const { id, expect: expected } of plain) expect(expected.status, id).toBe('completed');
});

test('every shape that refuses something says how many requests it may take', () => {
  const silent = shapes.filter(({ rules, expect: expected }) => rules !== undefined && expected.requests === undefined);
  expect(silent.map(({ id }) => id)).toEqual([]);
});
