import { expect, test } from 'vitest';
import { outcomeAnswerSchema } from '@perdure/contract';
import { z } from 'zod';
import { compileSchema, createSchemaChecks } from '@perdure/schema-check';
import { problemsIn, problemsText } from '../../src/desk/schema-check.ts';

const { check } = createSchemaChecks();
const textOf = async (schema: z.ZodType, value: unknown) =>
  problemsText(await problemsIn(check, { schema: z.toJSONSchema(schema), value, name: 'input' }));

const trip = z.strictObject({
  city: z.string().min(1),
  class: z.enum(['economy', 'first']),
  nights: z.int().min(1).max(14),
  guests: z.array(z.object({ name: z.string() })),
});

test('all that is wrong is told at once: missing, unknown, of another type, out of range, none of the values', async () => {
  const text = await textOf(trip, { class: 'second', nights: 40, guests: [{ name: 7 }], hotel: 'Grand' });
  expect(text.split('; ').toSorted()).toEqual([
    '`input.city` is missing',
    '`input.class` must be one of "economy", "first"',
    '`input.guests.0.name` must be string',
    '`input.hotel` is unknown',
    '`input.nights` must be <= 14',
  ]);
});

test('what is right has no problem', async () => {
  expect(await textOf(trip, { city: 'Oslo', class: 'first', nights: 2, guests: [] })).toBe('');
});

test.each([
  ['a bare list of values', z.enum(['yes', 'no']), 'perhaps', '`input` must be one of "yes", "no"'],
  ['a value of another type than the list', z.enum(['yes', 'no']), 7, '`input` must be one of "yes", "no"'],
  ['one value', z.literal('yes'), 'no', '`input` must be "yes"'],
  ['two types', z.union([z.string(), z.number()]), true, '`input` must be string or number'],
  ['a list of values or nothing', z.enum(['a', 'b']).nullable(), 'c', '`input` must be one of "a", "b", or null'],
  [
    'forms without a mark',
    z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]),
    {},
    '`input` has none of the forms that it may have',
  ],
])('%s', async (_name, schema, value, text) => {
  expect(await textOf(schema, value)).toBe(text);
});

test.each([
  [{}, '`input.decision` is missing'],
  [{ decision: 'maybe' }, '`input.decision` must be one of "done", "run_again", "fail"'],
  [{ decision: 'fail', reason: 7 }, '`input.reason` must be string'],
  [7, '`input` must be object'],
])('of forms that a member tells apart the one that was meant is spoken of: %j', async (value, text) => {
  expect(await textOf(outcomeAnswerSchema, value)).toBe(text);
});

test('of a list each item is held against the forms by itself', async () => {
  const list = z.array(z.union([z.string(), z.object({ at: z.union([z.int(), z.null()]) })]));
  expect(await textOf(list, ['a', { at: 'b' }, 7, { at: 1 }, {}])).toBe(
    '`input.1.at` must be integer or null; `input.2` must be string or object; `input.4.at` is missing',
  );
});

test('a value that is wrong in a hundred thousand places is refused all the same', async () => {
  const items = Array.from({ length: 100_000 }, () => true);
  expect(await textOf(z.array(z.union([z.string(), z.int()])), items)).toContain(
    '`input.0` must be string or integer; ',
  );
});

test('of many problems the first ten are told, and how many more there are', async () => {
  const text = await textOf(
    z.array(z.string()),
    Array.from({ length: 25 }, () => 7),
  );
  expect(text.split('; ')).toHaveLength(11);
  expect(text).toMatch(/`input\.9` must be string; and 15 more$/);
});

test('a question whose pattern is fine in JavaScript can be answered', () => {
  const schema = z.toJSONSchema(z.string().regex(new RegExp(String.raw`^\w+\@\w+$`)), { io: 'input' });
  expect(() => compileSchema(schema as never)).not.toThrow();
});

test('so can one whose pattern is no Unicode pattern', () => {
  const schema = z.toJSONSchema(z.string().regex(/^[\w-.]+$/), { io: 'input' });
  expect(() => compileSchema(schema as never)).not.toThrow();
});

test('an answer whose check does not end is refused in a sentence that names the field and the pattern', async () => {
  const impatient = createSchemaChecks({ timeMs: 1_000 });
  const schema = { type: 'object', properties: { code: { type: 'string', pattern: '^([a-z]+-?)+$' } } };
  const value = { code: `${'a'.repeat(36)}!` };
  expect(problemsText(await problemsIn(impatient.check, { schema, value, name: 'input' }))).toBe(
    '`input.code` cannot be accepted: the check of `code` against its pattern ^([a-z]+-?)+$ did not end within 1 s',
  );
  await impatient.close();
});
