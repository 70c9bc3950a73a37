/** What the launcher's tests share: folders and ports of their own, waiting for a condition, and no process left behind. */

import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStartTime, readIdentity, homePaths, type Settings } from '@perdure/home';
import { expect, onTestFinished } from 'vitest';

/** A folder of its own, gone afterwards, with whatever engine may still run on it. */
export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export function killAfterTest(...pids: readonly (number | undefined)[]): void {
  onTestFinished(() => {
    for (const pid of pids) if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL');
  });
}

/** The engine that runs on a state root, killed after the test whatever happens. */
export function killEngineAfterTest(home: string): void {
  onTestFinished(() => {
    const engine = readIdentity(homePaths(home).engineProcess);
    if (engine !== undefined && processStartTime(engine.pid) === engine.startedAt) process.kill(engine.pid, 'SIGKILL');
  });
}

export const isAlive = (pid: number): boolean => processStartTime(pid) !== undefined;

export async function allGone(pids: readonly number[], timeout: number): Promise<void> {
  await expect.poll(() => pids.filter(isAlive), { interval: 10, timeout }).toEqual([]);
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map(async (server) => await once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(async (server) => await new Promise((resolve) => server.close(resolve))));
  return ports;
}

export async function freeSettings(): Promise<Settings> {
  const [port = 0, workerPort = 0, demoModelPort = 0] = await freePorts(3);
  return { port, workerPort, demoModelPort, logLevel: 'info', contextTokens: 100_000, budgetTurns: 500 };
}

export const fixture = (name: string): URL => new URL(`fixtures/${name}.ts`, import.meta.url);
