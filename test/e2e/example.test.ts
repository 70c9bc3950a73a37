/** What `perdure init --example` writes runs as it is, its agent by itself too. */

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { System } from './system.ts';

const main = fileURLToPath(import.meta.resolve('perdure/main'));

test('the example passes its check and runs, and so does its agent', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const example = join(folder, 'example');
  mkdirSync(example);
  const perdure = async (...given: readonly string[]): Promise<string> =>
    (await promisify(execFile)(process.execPath, [main, ...given], { cwd: example })).stdout;
  await perdure('init', '--example');
  expect(await perdure('pipelines', 'check')).toBe('1 pipeline in order: example\n');
  expect(await perdure('agents', 'check')).toBe('1 agent in order: answerer\n');

  await using system = await System.start({ project: example });
  const home = ['--home', system.paths.root];
  const answer = JSON.parse(await perdure('agents', 'run', 'answerer', 'Why?', ...home)) as object;
  expect(Object.keys(answer)).toEqual(['answer', 'confidence']);
  const output: unknown = JSON.parse(await perdure('run', 'example', 'Why? How?', ...home));
  expect(output).toMatchObject({ file: 'answers.md', verdict: 'approved' });
});
