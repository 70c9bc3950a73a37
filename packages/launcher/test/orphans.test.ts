import { spawn } from 'node:child_process';
import { ensureHome, identityOf, writeInstance, type HomePaths, type ProcessIdentity } from '@perdure/home';
import { isAlive, tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { orphansGone } from '../src/orphans.ts';

/** The instance file of a launcher that was killed. */
function staleInstance(processes: Record<string, ProcessIdentity>): HomePaths {
  const paths = ensureHome(tempFolder());
  writeInstance(paths, {
    pid: process.pid,
    startedAt: 'before this process began',
    port: 1,
    workerPort: 2,
    url: 'http://127.0.0.1:1',
    version: '0.0.0',
    project: paths.root,
    model: { kind: 'demo', id: 'demo-model' },
    processes,
  });
  return paths;
}

/** A process that is there until its work is done. */
function run(): { readonly identity: ProcessIdentity; readonly finish: () => void } {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const identity = identityOf(child.pid ?? 0);
  if (identity === undefined) throw new Error('the child is gone already');
  return { identity, finish: () => child.stdin.end() };
}

test('a worker that still finishes its turn is waited for', async () => {
  const { identity: worker, finish } = run();
  const said: string[] = [];
  await orphansGone(staleInstance({ worker }), (message) => {
    said.push(message);
    finish();
  });
  expect(isAlive(worker.pid)).toBe(false);
  expect(said).toEqual(['Waiting for 1 process of a launcher that was killed to finish.']);
});

test('a stranger who has the pid of an earlier worker is neither waited for nor killed', async () => {
  const { identity: stranger } = run();
  await orphansGone(staleInstance({ worker: { ...stranger, startedAt: 'another time' } }), (message) =>
    expect.unreachable(message),
  );
  expect(isAlive(stranger.pid)).toBe(true);
});

test('the engine is left to its own start', async () => {
  const { identity: engine } = run();
  await orphansGone(staleInstance({ engine }), (message) => expect.unreachable(message));
  expect(isAlive(engine.pid)).toBe(true);
});
