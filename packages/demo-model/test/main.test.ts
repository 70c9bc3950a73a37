import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@perdure/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-model-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

test('as a process it takes its settings from the environment, tells its port, and ends with 0 on SIGTERM', async () => {
  const log = join(folder, 'requests.ndjson');
  const script = join(folder, 'script.json');
  writeFileSync(script, '[{"status":418}]');
  const settings = {
    PERDURE_DEMO_MODEL_PORT: '0',
    PERDURE_DEMO_MODEL_LOG: log,
    PERDURE_DEMO_MODEL_SCRIPT: script,
  };
  child = fork(entry, { env: { ...process.env, ...settings }, stdio: 'ignore' });
  const [ready] = (await once(child, 'message')) as [{ readonly type: string; readonly port: number }];
  expect(ready).toEqual({ type: 'ready', port: expect.any(Number) });

  const response = await fetch(`http://127.0.0.1:${ready.port}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"model":"demo-model","messages":[{"role":"user","content":"hello"}]}',
  });
  expect(response.status).toBe(418);
  // Written when the answer was: it may be read before.
  await until(() => readFileSync(log, 'utf8').includes('"status":418'), { what: 'the answer is logged' });

  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
