import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { takeHeldLoop } from '../../src/loop/index.ts';

const limit = { timeout: 40_000 };
const fixture = join(import.meta.dirname, 'fixtures', 'holder.ts');

function hold(way: string) {
  const file = join(tempFolder(), 'held-loop.json');
  const child = spawn(process.execPath, [fixture, file, way], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const isTold = () => until(() => existsSync(file), { withinMs: 20_000, what: 'somebody is named' });
  return { file, child, isTold };
}

const lineOf = (code: string): number =>
  readFileSync(fixture, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(code)) + 1;

test.each([
  ['a loop', 'for (;;);'],
  ['a pattern', '.test('],
  ['a loop of awaits', 'for (;;) await Promise'],
])('whose code holds the loop by %s is told, and where, whoever else was at work', limit, async (way, code) => {
  const { file, child, isTold } = hold(way);
  await isTold();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(takeHeldLoop(file)).toEqual({
    runId: '00000000-0000-7000-8000-000000000002',
    at: 'behind step "a"',
    place: `${fixture}:${lineOf(code)}`,
  });
  // It counts once.
  expect(takeHeldLoop(file)).toBeUndefined();
});

test('whose error nobody caught is told, and where, and its `process.exit` is an error of its own', limit, async () => {
  const { file, child } = hold('an error that nobody catches');
  const [told] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(told)).toContain('process.exit() would end every run of this worker');
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect(takeHeldLoop(file)).toEqual({
    runId: '00000000-0000-7000-8000-000000000002',
    at: 'behind step "a"',
    place: `${fixture}:${lineOf("new Error('stray')")}`,
    error: 'stray',
  });
});

test('of one that waits for the system the last who was let in is told', limit, async () => {
  const { file, isTold } = hold('a call of the system');
  await isTold();
  expect(takeHeldLoop(file)).toEqual({
    runId: '00000000-0000-7000-8000-000000000002',
    at: 'before its first step',
  });
});

test('nobody is named any more once the loop turns again', limit, async () => {
  const { file, child, isTold } = hold('a loop that ends');
  await isTold();
  await once(child.stdout, 'data');
  await until(() => !existsSync(file), { withinMs: 20_000, what: 'the name is taken back' });
});

test.each(['', '{', 'null', '{"runId":7,"at":"x"}'])('a file that says %j blames nobody', (text) => {
  const file = join(tempFolder(), 'held-loop.json');
  writeFileSync(file, text);
  expect(takeHeldLoop(file)).toBeUndefined();
});
