import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { engineSockets, ensureHome } from '@perdure/home';
import { hasRoom } from '@perdure/process';
import { killEngineAfterTest, tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { engineTakesCalls, startEngine } from '../src/restate/server-process.ts';
import type { LaunchStatus } from '../src/status.ts';
import { supervise } from '../src/supervise.ts';
import { watchEngine, type WatchEngineOptions } from '../src/watch-engine.ts';

const limit = { timeout: 120_000 };

/** The pace of the product takes minutes. */
const wait = async (_ms: number, signal: AbortSignal): Promise<void> =>
  await delay(20, undefined, { signal }).catch(() => undefined);

/** A real engine, supervised and watched; `lines` is what people are told. */
async function watched(overrides: Partial<WatchEngineOptions> = {}) {
  const home = tempFolder();
  killEngineAfterTest(home);
  const paths = ensureHome(home);
  const [statuses, lines]: [LaunchStatus[], string[]] = [[], []];
  const log = (line: string) => void lines.push(line);
  const engine = supervise('engine', async (context) => await startEngine({ ...context, paths, log }), {
    onStatus: (status) => statuses.push(status),
  });
  onTestFinished(async () => await engine.stop({ force: true }));
  await engine.ready;
  let probes = 0;
  const watch = watchEngine({
    engine,
    takesCalls: async () => {
      probes += 1;
      return await engineTakesCalls(paths);
    },
    hasRoom: async () => await hasRoom(paths.root),
    log,
    wait,
    ...overrides,
  });
  onTestFinished(() => watch.close());
  return { paths, engine, lines, probes: () => probes, told: () => statuses.slice(2), pid: engine.pid() };
}

test('an engine whose sockets were deleted under it is started again, once, and says why', limit, async () => {
  const { paths, engine, pid, probes, told } = await watched();
  await expect.poll(probes).toBeGreaterThan(1);
  const { ingress } = engineSockets(paths);
  for (const name of readdirSync(dirname(ingress))) if (name.endsWith('.sock')) rmSync(join(dirname(ingress), name));
  await expect.poll(() => engine.pid() ?? pid).not.toBe(pid);
  expect(existsSync(ingress)).toBe(true);
  expect(await engineTakesCalls(paths)).toBe(true);
  const before = probes();
  await expect.poll(probes).toBeGreaterThan(before + 20);
  expect(told().map(({ kind }) => kind)).toEqual(['restarting', 'starting', 'ready']);
  expect(told()[0]).toMatchObject({ because: 'it has taken no calls for 30 s' });
});

test('an engine whose whole folder was deleted under it comes back empty', limit, async () => {
  const { paths, engine, pid, probes } = await watched();
  await expect.poll(probes).toBeGreaterThan(1);
  rmSync(paths.engine, { recursive: true });
  await expect.poll(() => engine.pid() ?? pid).not.toBe(pid);
  expect(await engineTakesCalls(paths)).toBe(true);
});

test('while the disk is full that is said once and nothing is started again; with room it is', limit, async () => {
  let room = false;
  let asked = 0;
  const { engine, pid, lines, told } = await watched({
    takesCalls: async () => {
      asked += 1;
      return false;
    },
    hasRoom: async () => room,
  });
  await expect.poll(() => asked).toBeGreaterThan(40);
  expect(lines).toEqual([
    'The disk is full and the engine takes no calls: free some space, then everything goes on by itself.',
  ]);
  expect(told()).toEqual([]);
  room = true;
  await expect.poll(() => engine.pid() ?? pid).not.toBe(pid);
});

test('a watch that is closed asks no more, however its last pause ends', async () => {
  const pauses: (() => void)[] = [];
  let asked = 0;
  const watch = watchEngine({
    engine: { pid: () => 1, restart: async () => expect.unreachable() },
    takesCalls: async () => (asked += 1) > 0,
    hasRoom: async () => true,
    log: (line) => expect.unreachable(line),
    wait: async () => await new Promise<void>((resolve) => pauses.push(resolve)),
  });
  pauses.at(-1)?.();
  await expect.poll(() => asked).toBe(2);
  watch.close();
  pauses.at(-1)?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect([asked, pauses.length]).toEqual([2, 2]);
});

test('a folder that cannot be asked for its disk has room', async () => {
  expect(await hasRoom(join(tempFolder(), 'gone'))).toBe(true);
  expect(await hasRoom(tempFolder())).toBe(true);
});
