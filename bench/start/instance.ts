/**
 * `perdure up` as a newcomer starts it: `bin/perdure` in a child process, on a state root of its own and free ports.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { PerdureError } from '@perdure/contract';
import {
  ensureHome,
  isSameProcess,
  openLog,
  readInstance,
  settingsTable,
  type HomePaths,
  type ProcessIdentity,
} from '@perdure/home';
import { perdureCommand } from '../command.ts';
import { freePorts } from '@perdure/testing';

export interface Instance extends AsyncDisposable {
  readonly paths: HomePaths;
  readonly url: string;
  readonly pid: number;
  /** From the start of the process until `/health` said `ok`. */
  readonly healthyAfterMs: number;
}

export interface StartOptions {
  /** Without it a model is configured that nobody calls, so that no process of ours plays one. */
  readonly demoModel: boolean;
  /** Of the account, where another one is played. */
  readonly env?: NodeJS.ProcessEnv;
}

const healthyWithinMs = 60_000;
const pollMs = 10;

export async function startInstance(home: string, { demoModel, env = {} }: StartOptions): Promise<Instance> {
  const paths = ensureHome(home);
  const [port, workerPort, demoModelPort] = await freePorts(3);
  const ports = ['--port', `${port}`, '--worker-port', `${workerPort}`, '--demo-model-port', `${demoModelPort}`];
  const project = ['--project', join(import.meta.dirname, '../fixtures')];
  const url = `http://127.0.0.1:${port}`;
  const from = performance.now();
  const child = spawnUp(paths, [...ports, ...project], { ...(demoModel ? {} : unusedModel), ...env });
  const end = (): void => void child.kill('SIGKILL');
  // Where the bench is cut short.
  process.once('exit', end);
  const stop = async (): Promise<void> => {
    process.off('exit', end);
    const parts = partsOf(paths);
    if (!hasEnded(child)) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    // A launcher that did not end in order leaves its parts to end by themselves; until then they write to the state
    // root.
    while (parts.some(isSameProcess)) await delay(pollMs);
  };
  try {
    const isUp = saysUp(child);
    await healthy(url, child);
    const healthyAfterMs = performance.now() - from;
    await isUp;
    return { paths, url, pid: child.pid ?? 0, healthyAfterMs, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function partsOf(paths: HomePaths): readonly ProcessIdentity[] {
  const state = readInstance(paths);
  return state.kind === 'none' ? [] : Object.values(state.info.processes);
}

const unusedModel = { AI_BASE_URL: 'http://127.0.0.1:9/v1', AI_API_KEY: 'none', MODEL_ID: 'none' };

function spawnUp(paths: HomePaths, flags: readonly string[], more: NodeJS.ProcessEnv): ChildProcess {
  const { fd: log } = openLog(join(paths.logs, 'up.log'));
  try {
    return spawn(perdureCommand, ['up', '--json', '--home', paths.root, ...flags], {
      env: { ...withoutSettings(process.env), ...more },
      stdio: ['ignore', 'pipe', log],
    });
  } finally {
    closeSync(log);
  }
}

/**
 * What the shell says about its owner's Perdure is not meant for this one; and it is the built command that is
 * measured.
 */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = new Set([
    'PERDURE_HOME',
    'PERDURE_SOURCE',
    ...Object.values(settingsTable).map(({ env: name }) => name),
  ]);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.has(name)));
}

/** Resolves when the launcher says that it is up (only from then on does a signal stop it in order), or has ended. */
async function saysUp(child: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Its lines are read to the end: a launcher that nobody listens to would end.
  const lines = createInterface({ input: child.stdout as Readable });
  lines.on('line', (line) => {
    const { data } = JSON.parse(line) as { readonly data: { readonly kind?: unknown } };
    if (data.kind === 'up') resolve();
  });
  lines.on('close', resolve);
  await promise;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function healthy(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + healthyWithinMs;
  for (;;) {
    if ((await healthOf(url)) === 'ok') return;
    if (hasEnded(child) || performance.now() > deadline) {
      throw new PerdureError('unavailable', '`perdure up` did not become healthy; start it by hand to see why.');
    }
    await delay(pollMs);
  }
}

async function healthOf(url: string): Promise<unknown> {
  try {
    const response = await fetch(`${url}/health`);
    return ((await response.json()) as { readonly status?: unknown }).status;
  } catch {
    return undefined;
  }
}
