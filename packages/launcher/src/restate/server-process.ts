/**
 * The durable engine as a child process of the launcher: started on the state root's data, watched, stopped.
 *
 * It ends with the launcher (`server-guard.ts`). If launcher and guard are both killed, it runs on with the data
 * locked; the next start finds it by the identity it left and stops it first.
 */

import { closeSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PerdureError } from '@perdure/contract';
import { EngineSocket, takesCalls } from '@perdure/engine/restate';
import {
  engineSockets,
  identityOf,
  openLog,
  renewEngineKey,
  replaceFile,
  writeIdentity,
  type HomePaths,
} from '@perdure/home';
import { holdsData, startDespiteDamage } from './damaged-data.ts';
import { findEngineBinary } from './server-binary.ts';
import { engineConfig, engineEnvironment } from './server-config.ts';
import { startGuarded, type ServerGuard } from './server-guard.ts';
import { signalProcess, stopStaleEngine } from './server-stale.ts';

export interface StartEngineOptions {
  readonly paths: HomePaths;
  readonly log: (message: string) => void;
  /** Told once it has answered and then ended, asked or not. */
  readonly onExit: (how: string) => void;
  /** Gives a start up; the engine is killed. */
  readonly signal?: AbortSignal;
  readonly binary?: string;
}

export interface Engine {
  readonly pid: number;
  readonly ingressSocket: string;
  readonly adminSocket: string;
  /** Resolves when it is gone. `force` kills it: nothing acknowledged is lost, the next start takes longer. */
  stop(options?: { readonly force?: boolean }): Promise<void>;
}

/**
 * How long the engine may take until it answers: with data replaying a long log takes a while, and without it nothing
 * else can be done than to wait.
 */
const startWithinMs = { withData: 40_000, anew: 120_000 } as const;
const pollMs = 20;

/** Starts the engine; resolves when both of its APIs answer. */
export async function startEngine(options: StartEngineOptions): Promise<Engine> {
  const { paths, log, signal } = options;
  const binary = options.binary ?? findEngineBinary();
  await stopStaleEngine(paths, log);
  return await startDespiteDamage({
    folder: paths.engine,
    start: async () => await startOnce(binary, options),
    isGivenUp: () => signal?.aborted === true,
    now: () => new Date(),
    log,
  });
}

async function startOnce(binary: string, { paths, log, onExit, signal }: StartEngineOptions): Promise<Engine> {
  // Whoever deletes the engine's data loses nothing by it, the folder included.
  mkdirSync(paths.engine, { recursive: true, mode: 0o700 });
  const sockets = engineSockets(paths);
  if (!existsSync(paths.engineKey)) renewEngineKey(paths);
  replaceFile(paths.engineConfig, engineConfig({ fabric: sockets.fabric, key: paths.engineKey }));

  const withinMs = holdsData(paths.engine) ? startWithinMs.withData : startWithinMs.anew;
  const guarded = await spawnEngine(binary, paths, { base: sockets.base, log });
  const identity = identityOf(guarded.pid);
  if (identity !== undefined) writeIdentity(paths.engineProcess, identity);
  const { exited } = guarded;
  try {
    await answering(sockets, exited, { withinMs, given: signal });
  } catch (error) {
    signalProcess(guarded.pid, 'SIGKILL');
    await exited;
    throw error;
  }
  void exited.then(onExit);
  return {
    pid: guarded.pid,
    ingressSocket: sockets.ingress,
    adminSocket: sockets.admin,
    async stop({ force = false } = {}) {
      if (force) signalProcess(guarded.pid, 'SIGKILL');
      else guarded.end();
      await exited;
      // After a crash it stays: only the next start can tell whether the engine or just its guard is gone.
      rmSync(paths.engineProcess, { force: true });
    },
  };
}

/** Shorter than the pause between two such questions. */
const callTimeoutMs = 4_000;

/** Asks the engine of a state root over a connection of its own: those that are open outlive the file of a socket. */
export async function engineTakesCalls(paths: HomePaths): Promise<boolean> {
  const ingress = new EngineSocket(engineSockets(paths).ingress);
  try {
    return await takesCalls(ingress, callTimeoutMs);
  } finally {
    ingress.close();
  }
}

interface SpawnOptions extends Pick<StartEngineOptions, 'log'> {
  readonly base: string;
}

async function spawnEngine(binary: string, paths: HomePaths, { base, log: tell }: SpawnOptions): Promise<ServerGuard> {
  const tmpdir = join(paths.engine, 'tmp');
  rmSync(tmpdir, { recursive: true, force: true });
  mkdirSync(tmpdir, { mode: 0o700 });
  const { fd: log, problem } = openLog(join(paths.logs, 'engine.log'));
  if (problem !== undefined) tell(problem);
  try {
    const command = [binary, '--config-file', paths.engineConfig, '--base-dir', base, '--no-logo'];
    return await startGuarded(command, { env: engineEnvironment(process.env, tmpdir), cwd: paths.engine, log });
  } finally {
    closeSync(log);
  }
}

/** Waits until ingress and admin answer, the engine ends, or time is up. */
async function answering(
  sockets: { readonly ingress: string; readonly admin: string },
  exited: Promise<string>,
  { withinMs, given }: { readonly withinMs: number; readonly given: AbortSignal | undefined },
): Promise<void> {
  const timeUp = AbortSignal.timeout(withinMs);
  const ended = new AbortController();
  void exited.then((how) => ended.abort(how));
  const admin = new EngineSocket(sockets.admin);
  const ingress = new EngineSocket(sockets.ingress);
  try {
    for (;;) {
      const isUp = (await answers(admin, '/health')) && (await answers(ingress, '/restate/health'));
      // Also of one that was quick: nobody waits for it any more.
      if (given?.aborted === true) throw notStarted('its start was given up');
      if (isUp) return;
      if (ended.signal.aborted) throw notStarted(`it ended (${String(ended.signal.reason)})`);
      if (timeUp.aborted) throw notStarted('it does not answer');
      await delay(pollMs);
    }
  } finally {
    admin.close();
    ingress.close();
  }
}

async function answers(socket: EngineSocket, path: string): Promise<boolean> {
  const response = await socket.call({ method: 'GET', path, timeoutMs: 1_000 }).catch(() => undefined);
  return response?.status === 200;
}

function notStarted(why: string): PerdureError {
  return new PerdureError(
    'unavailable',
    `The engine did not start: ${why}; its words are in logs/engine.log of the state root.`,
  );
}
