import { createSchemaChecks } from '@perdure/schema-check';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createSchemaTrial } from '../../src/tools/schema-trial.ts';

function trial({ timeMs = 50_000 } = {}) {
  const checks = createSchemaChecks({ timeMs });
  onTestFinished(async () => await checks.close());
  return createSchemaTrial(checks.check);
}

const coded = z.object({ code: z.string().regex(/^([a-z]+-?)+$/) });

test('a pattern of zod that goes back for ever is told, by the name of its field', async () => {
  expect(await trial({ timeMs: 1_000 })(coded, { code: `${'a'.repeat(36)}!` })).toBe(
    'the check of `code` against its pattern ^([a-z]+-?)+$ did not end within 1 s',
  );
});

test('what comes to an end is left to zod, right or wrong', async () => {
  const tries = trial();
  expect(await tries(coded, { code: 'ab-cd' })).toBeUndefined();
  expect(await tries(coded, { code: 7 })).toBeUndefined();
});

test('so is what zod cannot describe, and what is no JSON', async () => {
  const tries = trial();
  const circular: { self?: unknown; code: string } = { code: 'a' };
  circular.self = circular;
  expect(await tries(coded, circular)).toBeUndefined();
  expect(await tries(z.any(), circular)).toBeUndefined();
  expect(await tries(z.object({ at: z.date(), code: z.string().regex(/x/) }), { at: new Date() })).toBeUndefined();
});
