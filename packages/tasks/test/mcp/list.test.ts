import { taskSummarySchema } from '@perdure/contract';
import { sha256 } from '../../src/core/sha256.ts';
import { expect, test } from 'vitest';
import { createPlanned, openBench } from './support.ts';

test('list gives the rows that the command line and the API give, and no tool that looks tells the hash of a token', async () => {
  const bench = await openBench({ tools: 'all' });
  const { lease } = await createPlanned(bench);
  const listed = await bench.call('list', {});
  const rows = listed.data['tasks'] as readonly unknown[];
  expect(rows.map((row) => taskSummarySchema.strict().parse(row))).toMatchObject([
    { task_id: 'release-1', state: 'running', next_step: 'write it' },
  ]);
  expect(listed.text).toBe('- release-1 (running): Release 1');
  for (const told of [listed, await bench.call('show', { task_id: 'release-1' })]) {
    expect(JSON.stringify(told)).not.toContain('token_hash');
    expect(JSON.stringify(told)).not.toContain(sha256(lease));
  }
});
