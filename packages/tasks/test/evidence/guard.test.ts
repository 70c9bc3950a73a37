/** What is left of a check whose runner was killed. */

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf } from '@perdure/home';
import { until } from '@perdure/testing';
import { expect, onTestFinished, test } from 'vitest';
import { repository } from './support.ts';

const fixture = join(import.meta.dirname, 'fixtures/mortal-check.ts');

test('a check ends with its runner, with all that it started, also where that is killed without a word', async () => {
  const folder = repository({ a: 'one' });
  const runner = spawn(process.execPath, [fixture, folder], { stdio: 'ignore' });
  onTestFinished(() => void runner.kill('SIGKILL'));
  await until(() => existsSync(join(folder, 'pids')), { what: 'the check is at work' });
  const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split(' ').map(Number);
  expect(pids.map((pid) => identityOf(pid) !== undefined)).toEqual([true, true]);
  runner.kill('SIGKILL');
  await until(() => pids.every((pid) => identityOf(pid) === undefined), { what: 'the check has ended' });
});
