/** Two roots that were one: the copy of a root that is at work, started beside it. */

import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { homePaths, readOwnerKey } from '@perdure/home';
import { createClient } from '@perdure/sdk';
import { freePorts, until } from '@perdure/testing';
import { expect, test } from 'vitest';
import { System } from './system.ts';
import { UpProcess } from './up-process.ts';

const timeout = 300_000;

test(
  'a copy leaves the original alone, and holds what is unfinished until somebody resumes it',
  { timeout },
  async () => {
    await using system = await System.start({ modelScript: [{ delayMs: 600_000 }] });
    const runId = await system.startRun('plan-and-review', { prompt: 'Build a URL shortener service' });
    await system.untilStatus(runId, 'running', { withinMs: 60_000 });
    const copy = homePaths(join(system.folder, 'copy'));
    // Its engine changes files all the time, and goes with any copy; a draft is gone before it is copied.
    const filter = (path: string) => path !== system.paths.engine && !/\.(?:sock|draft)$/.test(path);
    cpSync(system.paths.root, copy.root, { recursive: true, preserveTimestamps: true, filter });
    const parts = system.partsUp.map((part) => system.pid(part));

    const script = join(system.folder, 'quick.json');
    writeFileSync(script, '[]');
    const [port, workerPort, demoModelPort] = await freePorts(3);
    const ports = ['--port', port, '--worker-port', workerPort, '--demo-model-port', demoModelPort].map(String);
    const held: unknown[] = [];
    const life = new UpProcess({
      isDemo: true,
      flags: ['--as-copy', '--home', copy.root, '--project', join(system.folder, 'project'), ...ports],
      cwd: system.folder,
      env: { ...process.env, PERDURE_DEMO_MODEL_SCRIPT: script },
      onStatus: (status: { readonly kind: string }) => status.kind === 'held' && held.push(status),
    });
    try {
      await life.up;
      expect(held).toEqual([{ kind: 'held', runs: 1 }]);
      const key = readOwnerKey(copy) ?? '';
      expect(key).not.toBe(readOwnerKey(system.paths));
      const client = createClient({ url: `http://127.0.0.1:${port}`, key });
      const read = async () => (await client.getRun({ params: { id: runId } })).data;
      expect(await read()).toMatchObject({ status: 'paused', held: 'copy' });
      await client.resumeRun({ params: { id: runId } });
      const isDone = async () => (await read()).status === 'completed';
      await until(isDone, { withinMs: 60_000, what: 'the resumed run completes', everyMs: 100 });
      expect(system.partsUp.map((part) => system.pid(part))).toEqual(parts);
      expect(system.statusOf(runId)).toBe('running');
    } finally {
      life.killAll();
      await life.exited;
      await until(() => life.isGone, { withinMs: 60_000, what: 'the copy is gone' });
    }
  },
);
