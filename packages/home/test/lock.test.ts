import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ensureHome, lockHome } from '../src/index.ts';
import { tempFolder } from './temp.ts';

const fixture = new URL('fixtures/take-lock.ts', import.meta.url).pathname;

test('a second launcher is refused with the pid of the first, and let in as soon as the first is killed', async () => {
  const paths = ensureHome(tempFolder());
  const first = spawn(process.execPath, [fixture, paths.root]);
  await once(first.stdout, 'data');
  await expect(lockHome(paths)).rejects.toMatchObject({
    code: 'already_running',
    message: expect.stringContaining(`process ${first.pid}`),
    details: { pid: first.pid },
  });
  first.kill('SIGKILL');
  await once(first, 'exit');
  const lock = await lockHome(paths);
  lock.release();
});

test('a lock that was released can be taken again, and releasing twice does no harm', async () => {
  const paths = ensureHome(tempFolder());
  const lock = await lockHome(paths);
  await expect(lockHome(paths)).rejects.toMatchObject({ details: { pid: process.pid } });
  lock.release();
  lock.release();
  (await lockHome(paths)).release();
});

test('a lock whose file is deleted is taken again by who holds it', async () => {
  const paths = ensureHome(tempFolder());
  const lock = await lockHome(paths);
  rmSync(paths.launcherLock);
  await expect.poll(() => existsSync(paths.launcherLock)).toBe(true);
  await expect(lockHome(paths)).rejects.toMatchObject({ code: 'already_running', details: { pid: process.pid } });
  lock.release();
  (await lockHome(paths)).release();
});
