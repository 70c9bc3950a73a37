/** The demo as a newcomer sees it. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const demo = join(import.meta.dirname, '../../scripts/demo/main.ts');
/** `npm run` prints four lines before: in all they fill no more than a terminal. */
const mostLines = 25 - 4;

test('kills its worker between two agents, goes on, and has asked nothing twice', { timeout: 300_000 }, async () => {
  const { AI_BASE_URL: _url, AI_API_KEY: _key, MODEL_ID: _model, ...env } = process.env;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [demo], { env });
  expect(stdout).toBe('');
  const lines = stderr.trimEnd().split('\n');
  const at = (beginning: string) => lines.findIndex((line) => line.trim().startsWith(beginning));
  const order = ['✓ planner ', 'kill -9 ', '↺ recovered', '✓ review/1/reviewer ', '✓ completed'].map(at);
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(stderr).toContain('it was asked: planner once, reviewer once. Nothing twice.');
  expect(lines.length).toBeLessThanOrEqual(mostLines);
});
