import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { engineSockets, ensureHome, renewEngineKey, type HomePaths } from '@perdure/home';
import { startEngine, type Engine } from '@perdure/launcher/parts';
import { killEngineAfterTest, tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { realClock } from '../src/real-clock.ts';
import { serveEndpoint } from '../src/restate/endpoint.ts';
import { EngineSocket } from '../src/restate/http.ts';
import { keepRegistered, type KeepRegisteredOptions } from '../src/restate/keep-registered.ts';
import { createRestateWaker } from '../src/restate/waker.ts';

interface Stage {
  readonly paths: HomePaths;
  readonly driven: readonly string[];
  /** What the registrations were told of the engine, in order. */
  readonly told: readonly { readonly isNew: boolean }[];
  readonly lines: readonly string[];
  readonly wake: (runId: string) => Promise<void>;
  readonly close: () => void;
  readonly startEngine: () => Promise<Engine>;
}

test('an engine that answers and hangs up is told of the worker ever more rarely, and the log says so once', async () => {
  const path = join(tempFolder(), 'admin.sock');
  let answers = 0;
  const fake = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      answers += 1;
      socket.end('HTTP/1.1 201 Created\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
    });
    // A line that says nothing is ended at once.
    setImmediate(() => setImmediate(() => socket.bytesRead === 0 && socket.end()));
  });
  await once(fake.listen(path), 'listening');
  onTestFinished(() => void fake.close());
  const admin = new EngineSocket(path);
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const registration = keepRegistered({ admin, workerPort: 1, onRegistered: async () => undefined, log });
  onTestFinished(() => {
    registration.close();
    admin.close();
  });
  await expect.poll(() => lines).toEqual([expect.stringContaining('hung up')]);
  expect(answers).toBeLessThanOrEqual(7);
});

/** A worker that keeps itself registered, from before there is an engine. */
async function stage(onRegistered: KeepRegisteredOptions['onRegistered'] = async () => undefined): Promise<Stage> {
  const root = tempFolder();
  killEngineAfterTest(root);
  const paths = ensureHome(root);
  const sockets = engineSockets(paths);
  const [admin, ingress] = [new EngineSocket(sockets.admin), new EngineSocket(sockets.ingress)];
  const [driven, told, lines]: [string[], { isNew: boolean }[], string[]] = [[], [], []];
  const log = (line: string) => void lines.push(line);
  const endpoint = await serveEndpoint({
    at: { port: 0 },
    engineKey: renewEngineKey(paths),
    drive: async (runId) => void driven.push(runId),
    log,
  });
  const registration = keepRegistered({
    admin,
    workerPort: endpoint.port,
    onRegistered: async (engine) => {
      told.push(engine);
      await onRegistered(engine);
    },
    log,
  });
  onTestFinished(async () => {
    registration.close();
    await endpoint.close();
    for (const socket of [admin, ingress]) socket.close();
  });
  return {
    paths,
    driven,
    told,
    lines,
    wake: (runId) => createRestateWaker(ingress, realClock).wake(runId),
    close: () => registration.close(),
    startEngine: () => startEngine({ paths, log: () => undefined, onExit: () => undefined }),
  };
}

test('a worker registers when an engine comes, and an engine that kept its data is not new the next time', async () => {
  const { told, driven, wake, startEngine } = await stage();
  const engine = await startEngine();
  await expect.poll(() => told).toEqual([{ isNew: true }]);
  await engine.stop({ force: true });
  await startEngine();
  await expect.poll(() => told).toEqual([{ isNew: true }, { isNew: false }]);
  await wake('run-1');
  await expect.poll(() => driven).toEqual(['run-1']);
});

test('an engine that was killed and comes back empty, its folder gone, is told of the worker and is new', async () => {
  const { told, driven, wake, paths, startEngine } = await stage();
  const engine = await startEngine();
  await expect.poll(() => told).toHaveLength(1);
  await engine.stop({ force: true });
  // Behind its end: what still writes makes files while they are removed.
  rmSync(paths.engine, { recursive: true });
  await startEngine();
  await expect.poll(() => told).toEqual([{ isNew: true }, { isNew: true }]);
  await wake('run-1');
  await expect.poll(() => driven).toEqual(['run-1']);
});

test('what failed after a registration is done after another one, and the engine still counts as new', async () => {
  let failures = 0;
  const { told, startEngine } = await stage(async () => {
    failures += 1;
    if (failures === 1) throw new Error('the database is locked');
  });
  await startEngine();
  await expect.poll(() => told).toEqual([{ isNew: true }, { isNew: true }]);
});

test('a worker that is closed registers no more', async () => {
  const { told, close, startEngine } = await stage();
  const engine = await startEngine();
  await expect.poll(() => told).toHaveLength(1);
  close();
  await engine.stop();
  const next = await startEngine();
  const admin = new EngineSocket(next.adminSocket);
  await admin.call({ method: 'GET', path: '/deployments' });
  admin.close();
  expect(told).toHaveLength(1);
});

test('an engine that stays away is told once in the log, not at each try', async () => {
  const { lines, startEngine, told } = await stage();
  await expect.poll(() => lines).toHaveLength(1);
  expect(lines[0]).toContain('not registered with the engine yet');
  await startEngine();
  await expect.poll(() => told).toHaveLength(1);
  expect(lines).toHaveLength(1);
});

test('a wake before any worker registered is refused with what is missing', async () => {
  const { wake, close, startEngine } = await stage();
  close();
  await startEngine();
  await expect(wake('run-1')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('No worker has registered with the engine yet'),
  });
});
