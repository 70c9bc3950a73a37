import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { takeHeldLoop } from '../../src/loop/index.ts';

/** Who holds the loop. */
const guilty = '00000000-0000-7000-8000-000000000002';
const fixture = join(import.meta.dirname, 'fixtures', 'holder.ts');

function hold(way: string) {
  const folder = tempFolder();
  const file = join(folder, 'held-loop.json');
  const child = spawn(process.execPath, [fixture, file, way], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  // A process that gets no time stands still as well, whoever is at work in it just then.
  const isTold = () => until(() => existsSync(file) && readFileSync(file, 'utf8').includes(guilty), { what: guilty });
  return { folder, file, child, exited, isTold };
}

const lineOf = (code: string): number =>
  readFileSync(fixture, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(code)) + 1;

test.each([
  ['a loop', 'for (;;);'],
  ['a pattern', '.test('],
  ['a loop of awaits', 'for (;;) await Promise'],
])('whose code holds the loop by %s is told, and where, whoever else was at work', async (way, code) => {
  const { file, child, exited, isTold } = hold(way);
  await isTold();
  child.kill('SIGKILL');
  await exited;
  expect(takeHeldLoop(file)).toEqual({
    runId: guilty,
    at: 'behind step "a"',
    place: `${fixture}:${lineOf(code)}`,
  });
  // It counts once.
  expect(takeHeldLoop(file)).toBeUndefined();
});

test('whose error nobody caught is told, and where, and its `process.exit` is an error of its own', async () => {
  const { file, child, exited } = hold('an error that nobody catches');
  const [told] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(told)).toContain('process.exit() would end every run of this worker');
  expect(await exited).toEqual([null, 'SIGKILL']);
  expect(takeHeldLoop(file)).toEqual({
    runId: guilty,
    at: 'behind step "a"',
    place: `${fixture}:${lineOf("new Error('stray')")}`,
    error: 'stray',
  });
});

test('of one that waits for the system the last who was let in is told', async () => {
  const { file, isTold } = hold('a call of the system');
  await isTold();
  expect(takeHeldLoop(file)).toEqual({
    runId: guilty,
    at: 'before its first step',
  });
});

test('nobody is named any more once the loop turns again', async () => {
  const { folder, file, child, isTold } = hold('a loop that ends');
  await isTold();
  writeFileSync(join(folder, 'enough'), '');
  await once(child.stdout, 'data');
  await until(() => !existsSync(file), { what: 'the name is taken back' });
});

test.each(['', '{', 'null', '{"runId":7,"at":"x"}'])('a file that says %j blames nobody', (text) => {
  const file = join(tempFolder(), 'held-loop.json');
  writeFileSync(file, text);
  expect(takeHeldLoop(file)).toBeUndefined();
});
