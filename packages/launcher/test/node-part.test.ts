import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startNodePart } from '../src/node-part.ts';
import { fixture } from './support.ts';

interface Start {
  readonly signal?: AbortSignal;
  readonly model?: string;
  readonly askEveryMs?: number;
}

async function start(name: string, { signal = new AbortController().signal, model = 'm', askEveryMs }: Start = {}) {
  const home = tempFolder();
  const exited = Promise.withResolvers<string>();
  const env = { ...process.env, PERDURE_HOME: home, MODEL_ID: model };
  const options = { entry: fixture(name), env, logFile: join(home, 'part.log'), askEveryMs };
  const starting = startNodePart('worker', options, { signal, onExit: exited.resolve });
  return { home, starting, exited: exited.promise, read: (file: string) => readFileSync(join(home, file), 'utf8') };
}

test('a part is up when it says ready, and closes its work when told to stop', async () => {
  const { starting, exited, read } = await start('worker');
  const part = await starting;
  expect(isAlive(part.pid)).toBe(true);
  await part.stop();
  expect(await exited).toBe('exit code 0');
  expect(read('worker-diary')).toBe('begun m\nclosed\n');
  expect(read('part.log')).toMatch(/^\d{4}-\S+Z worker at work\n.* worker ending: SIGTERM\n$/);
});

test.runIf(process.platform === 'linux')('a part whose log cannot be written lives and ends in order', async () => {
  const exited = Promise.withResolvers<string>();
  const options = {
    entry: fixture('worker'),
    env: { ...process.env, PERDURE_HOME: tempFolder() },
    logFile: '/dev/full',
  };
  const signal = new AbortController().signal;
  const part = await startNodePart('worker', options, { signal, onExit: exited.resolve });
  await part.stop();
  expect(await exited.promise).toBe('exit code 0');
});

test('what a part had to leave out to come up is known of it', async () => {
  const { starting } = await start('warning');
  const part = await starting;
  expect(part.warnings).toEqual(['pipelines/x.ts is left out.']);
  await part.stop();
});

test('a part whose disk refused to sync ends, so that a new one can read what is on disk', async () => {
  const { starting, exited, read } = await start('unsynced');
  await starting;
  expect(await exited).toBe('exit code 6');
  expect(read('part.log')).toContain('the disk refused to sync, starting again');
});

test('a part that is started anew is not cut off in what must not be cut', async () => {
  const { home, starting, exited, read } = await start('delicate');
  const ended = (await starting).stop({ patient: true });
  await expect.poll(() => diaryOf(home)).toContain('past the usual bound');
  writeFileSync(join(home, 'work-is-done'), '');
  await ended;
  expect(await exited).toBe('exit code 0');
  expect(read('worker-diary')).toBe('past the usual bound\nclosed\n');
});

test('a part that ends patiently is cut off all the same once somebody waits for its end', async () => {
  const { home, starting, exited, read } = await start('delicate');
  const part = await starting;
  const patiently = part.stop({ patient: true });
  await expect.poll(() => diaryOf(home)).toContain('past the usual bound');
  await Promise.all([part.stop(), patiently]);
  expect(await exited).toBe('exit code 1');
  expect(read('part.log')).toContain('hurrying: SIGTERM');
});

function diaryOf(home: string): string {
  const path = join(home, 'worker-diary');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

test('a part stopped by force does not close its work', async () => {
  const { starting, exited, read } = await start('worker');
  await (await starting).stop({ force: true });
  expect(await exited).toBe('ended by SIGKILL');
  expect(read('worker-diary')).toBe('begun m\n');
});

test('a part that refuses to start rejects with its own error, code and details included', async () => {
  const { starting } = await start('refusing');
  await expect(starting).rejects.toMatchObject({
    code: 'definition_invalid',
    message: 'agents/x/AGENT.md has no Role: write one.',
    details: { line: 3 },
  });
});

test('a part that dies without a word rejects with how it ended and where to look', async () => {
  const { starting } = await start('dying');
  await expect(starting).rejects.toThrow(/The worker ended before it was ready \(exit code 9\): see .*part\.log/);
});

test('giving a start up kills the part', async () => {
  const { starting } = await start('worker', { signal: AbortSignal.abort() });
  await expect(starting).rejects.toThrow('ended by SIGKILL');
});

test('what is left to do after the last of what must not be cut off has its usual time', async () => {
  const { starting, exited, read } = await start('handing-back');
  const part = await starting;
  await part.stop({ patient: true });
  expect(await exited).toBe('exit code 0');
  expect(read('worker-diary')).toBe('handed back\n');
});

/** A clock of questions that strikes when it is told to, again and again until something is over. */
function heldClock(): (last: Promise<unknown>) => Promise<void> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  return async (last) => {
    const over = new AbortController();
    void last.finally(() => over.abort());
    while (!over.signal.aborted) {
      vi.advanceTimersByTime(250);
      await delay(10);
    }
  };
}

test('S6: a part whose loop somebody holds is killed, and says so where it ended and in its log', async () => {
  const turnOn = heldClock();
  const { home, starting, exited, read } = await start('spinning', { askEveryMs: 250 });
  await starting;
  writeFileSync(join(home, 'spin'), '');
  await expect.poll(() => existsSync(join(home, 'spins'))).toBe(true);
  await turnOn(exited);
  expect(await exited).toBe('killed, since it had not answered for 1.5 s');
  expect(read('part.log')).toMatch(
    /launcher: the worker is killed, since it had not answered for 1\.5 s; it is started/,
  );
});

test('S6: so is one that never comes up', async () => {
  const turnOn = heldClock();
  const { home, starting } = await start('spinning', { askEveryMs: 250, model: 'spin' });
  const failed = expect(starting).rejects.toThrow(
    /ended before it was ready \(killed, since it had not answered for 3 s\)/,
  );
  await expect.poll(() => existsSync(join(home, 'spins'))).toBe(true);
  await turnOn(failed);
});

test('S6: a launcher that stood still itself has not waited for anybody', async () => {
  // It has twelve questions to come up, and six once it has answered.
  const { starting, exited } = await start('worker', { askEveryMs: 1_000 });
  const part = await starting;
  const until = performance.now() + 6_500;
  while (performance.now() < until);
  // Its clock strikes, and what the part has said meanwhile is read.
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await part.stop();
  expect(await exited).toBe('exit code 0');
});
