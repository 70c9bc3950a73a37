import { expect, onTestFinished, test } from 'vitest';
import { createSchemaChecks, uncheckedText, type CheckLimits, type CheckOutcome } from '../src/index.ts';

const slow = {
  type: 'object',
  properties: { code: { type: 'string', pattern: '^([a-z]+-?)+$' } },
};
const endless = { code: `${'a'.repeat(36)}!` };
const limit = { timeout: 60_000 };

function checks(limits: CheckLimits = {}) {
  const made = createSchemaChecks(limits);
  onTestFinished(async () => await made.close());
  return made.check;
}

const fieldsOf = (outcome: CheckOutcome) =>
  outcome.kind === 'checked'
    ? outcome.problems.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`)
    : outcome;

test('a value is held against every rule, wherever it is checked', limit, async () => {
  const check = checks();
  const plain = { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: { type: 'integer' } } };
  const patterned = { ...plain, properties: { ...plain.properties, a: { type: 'string', pattern: '^x' } } };
  expect(fieldsOf(await check(plain, { b: 'no' }))).toEqual([' required', '/b type']);
  expect(fieldsOf(await check(patterned, { a: 'no', b: 'no' }))).toEqual(['/a pattern', '/b type']);
  expect(fieldsOf(await check(patterned, { a: 'xy', b: 1 }))).toEqual([]);
});

test('a pattern that goes back for ever is given up after the limit, by the name of its field', limit, async () => {
  const check = checks({ timeMs: 1_000 });
  const outcome = await check(slow, endless);
  expect(outcome).toMatchObject({ kind: 'unchecked', for: 'time', limit: 1_000 });
  expect(outcome.kind === 'unchecked' && uncheckedText(outcome, 'the answer')).toBe(
    'the check of `code` against its pattern ^([a-z]+-?)+$ did not end within 1 s',
  );
  // The thread that was given up was replaced.
  expect(fieldsOf(await check(slow, { code: 'ab-cd' }))).toEqual([]);
});

test('while one does not end, the loop of this process goes on and others are checked', limit, async () => {
  const all = createSchemaChecks({ timeMs: 600_000 });
  const check = all.check;
  let isOver = false;
  const endlessOne = expect(check(slow, endless).finally(() => (isOver = true))).rejects.toThrow('could not be held');
  const patterned = { type: 'string', pattern: '^x' };
  expect(fieldsOf(await check({ type: 'string' }, 1))).toEqual([' type']);
  expect(fieldsOf(await check(patterned, 'y'))).toEqual([' pattern']);
  expect(isOver).toBe(false);
  await all.close();
  await endlessOne;
});

test('many at once that do not end are each given up, and others are checked', limit, async () => {
  const check = checks({ timeMs: 1_000 });
  const slowOnes = [1, 2, 3].map(async () => await check(slow, endless));
  expect(fieldsOf(await check({ type: 'string', pattern: '^x' }, 'y'))).toEqual([' pattern']);
  expect((await Promise.all(slowOnes)).map(({ kind }) => kind)).toEqual(['unchecked', 'unchecked', 'unchecked']);
});

test.each([
  ['a list', (): unknown => Array.from({ length: 100_000 }).reduce((inner: unknown) => [inner], 1)],
  ['an object', (): unknown => Array.from({ length: 100_000 }).reduce((inner: unknown) => ({ a: inner }), 1)],
])('%s of 100,000 levels is refused without a stack that overflows', async (_name, deep) => {
  const outcome = await checks()({ type: ['object', 'array'] }, deep());
  expect(outcome).toEqual({ kind: 'unchecked', for: 'depth', limit: 1_000 });
  expect(outcome.kind === 'unchecked' && uncheckedText(outcome, 'the answer')).toBe(
    'the answer is nested deeper than 1,000 levels',
  );
});

test('a list of 50 MB is checked, with the first of what is wrong', limit, async () => {
  const list = Array.from({ length: 50_000 }, () => 'x'.repeat(1_000));
  const problems = await checks({ timeMs: 50_000 })({ type: 'array', items: { type: 'integer' } }, list);
  expect(problems.kind === 'checked' && problems.problems.length).toBe(500);
});

test('what is larger than any answer is not looked at', async () => {
  const list = Array.from({ length: 70 }, () => 'x'.repeat(1024 * 1024));
  expect(await checks()({ type: 'array' }, list)).toMatchObject({ kind: 'unchecked', for: 'size' });
});

test('a check that takes all memory ends by itself, and nothing else with it', limit, async () => {
  const check = checks({ memoryMb: 24, timeMs: 50_000 });
  const list = Array.from({ length: 1_000_000 }, () => 1);
  const outcome = await check({ type: 'array', items: { type: 'string', minLength: 2 } }, list);
  expect(outcome.kind === 'unchecked' && uncheckedText(outcome, 'the answer')).toBe(
    'the check of the answer against its schema took more than 24 MB of memory',
  );
  expect(fieldsOf(await check({ type: 'string', pattern: '^x' }, 'x'))).toEqual([]);
});

test('a schema that refers to itself twice a level, on a deep value, ends too', limit, async () => {
  const doubling = {
    $ref: '#/$defs/a',
    $defs: { a: { properties: { n: { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } } } },
  };
  const deep = Array.from({ length: 60 }).reduce((inner: object) => ({ n: inner }), {});
  expect(await checks({ timeMs: 200 })(doubling, deep)).toEqual({ kind: 'unchecked', for: 'time', limit: 200 });
});

test('a schema that cannot be used is told as that', limit, async () => {
  await expect(checks()({ $ref: '#/$defs/none' }, 1)).rejects.toThrow(/none/);
});

test('a check that was under way when the process ends is not waited for', limit, async () => {
  const ending = createSchemaChecks({ timeMs: 10_000 });
  const underWay = ending.check(slow, endless);
  await ending.close();
  await expect(underWay).rejects.toThrow('could not be held');
});
