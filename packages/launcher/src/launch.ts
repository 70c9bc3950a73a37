/**
 * Starts, watches and stops everything that belongs to one state root. Runs inside the process of `perdure up`.
 *
 * Stages: lock the state root, let the processes of a killed launcher finish, check the ports, look at the record,
 * start all parts at once, wait until each is ready and `/health` says ok, tell who runs in `instance.json`. Nothing is
 * left behind however we end: children end with the IPC channel, the engine with its guard's pipe, the lock with our
 * process. So a process that dies in the middle of `launch` needs no clean-up either.
 */

import { randomBytes } from 'node:crypto';
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { compact } from '@perdure/contract';
import {
  boundLogs,
  chooseModel,
  ensureHome,
  ensureOwnerKey,
  identityOf,
  lockHome,
  renewEngineKey,
  secretVariables,
  serverSocket,
  workerSocket,
  type EndedPart,
  type HomePaths,
  type InstanceInfo,
  type ModelChoice,
  type PublicAccess,
  type Settings,
} from '@perdure/home';
import { hasRoom } from '@perdure/process';
import { engineTakesCalls, startEngine } from './restate/server-process.ts';
import { childEnv, withCompiledCode } from './child-env.ts';
import { ownEntries, type Entries, type NodePartName } from './entries.ts';
import { becomesHealthy } from './health.ts';
import { InstanceFile } from './instance-file.ts';
import { startNodePart } from './node-part.ts';
import { refuseFewOpenFiles } from './open-files.ts';
import { orphansGone } from './orphans.ts';
import type { PartName, StartPart } from './part.ts';
import { ensurePortsFree, type PortUse } from './ports.ts';
import { openRecord, watchRecord } from './record.ts';
import type { LaunchStatus } from './status.ts';
import { supervise, type Supervisor } from './supervise.ts';
import { watchEngine } from './watch-engine.ts';
import { watchFiles } from './watch-files.ts';
import { holdWorkerPort, type WorkerPort } from './worker-port.ts';

export interface LaunchOptions {
  /** The state root. */
  readonly home: string;
  readonly project: string;
  readonly settings: Settings;
  /** The demo model, whatever is configured. */
  readonly demo?: boolean;
  /** Whether our tables may be added to a database of another program. */
  readonly initDatabase?: boolean;
  /** How it is reached from beyond this machine; absent: it is not. */
  readonly access?: PublicAccess | undefined;
  /** Ours, for `instance.json`. */
  readonly version: string;
  /** Folders whose agents and pipelines restart the worker when they change; by default the project. */
  readonly watch?: readonly string[];
  /** Called once the state root is this launcher's alone, before any process of it runs. */
  readonly beforeParts?: (paths: HomePaths) => Promise<void>;
  readonly log: (message: string) => void;
  readonly onStatus: (status: LaunchStatus) => void;
  /** How often each part is asked whether its loop turns, in milliseconds; default 5,000. */
  readonly askEveryMs?: number;
  /** Entry files instead of ours. */
  readonly entries?: Partial<Entries>;
}

export interface Launched {
  readonly info: InstanceInfo;
  /**
   * Ends all parts, the worker first: it may take 10 s to finish its turns. `force`, also during a stop, kills them.
   */
  stop(options?: { readonly force?: boolean }): Promise<void>;
  /** Resolves when everything has ended. */
  readonly done: Promise<'stopped' | 'killed'>;
}

const healthyWithinMs = 60_000;
const boundLogsEveryMs = 5_000;

/** The worker first: it drains while everything it needs is up. */
const stopOrder = ['worker', 'server', 'demo-model', 'engine'] as const satisfies readonly PartName[];

/** Resolves when everything works; rejects, with everything stopped, when a part cannot start. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const model = chooseModel(options.settings, options.demo === undefined ? {} : { demo: options.demo });
  refuseFewOpenFiles();
  const paths = ensureHome(options.home);
  // What undoes each stage: where one fails, those before it are undone, the last one first.
  await using undo = new AsyncDisposableStack();
  const lock = undo.adopt(await lockHome(paths), (held) => held.release());
  await orphansGone(paths, options.log);
  await ensurePortsFree(portUses(options, model));
  const workerPort = undo.adopt(
    await holdWorkerPort(options.settings.workerPort, workerSocket(paths)),
    async (held) => await held.close(),
  );
  ensureOwnerKey(paths, randomBytes);
  const databaseFile = await openRecord(paths, { init: options.initDatabase === true, log: options.log });
  await options.beforeParts?.(paths);
  const instance = new InstanceFile(paths, options.log);
  const ended = new Map<PartName, EndedPart>();
  const onStatus = (status: LaunchStatus): void => {
    if (status.kind === 'crashed') ended.set(status.part, { at: new Date().toISOString(), why: status.why });
    if (status.kind === 'ready') instance.refresh();
    options.onStatus(status);
  };
  const parts = undo.adopt(
    startParts(paths, model, { ...options, onStatus, databaseFile }),
    async (started) => await stopParts(started, { force: true }),
  );
  for (const line of await allHealthy(parts, urlOf(options.settings))) options.log(line);
  const info = (): InstanceInfo => describe({ paths, parts, ended }, model, options);
  instance.keep(info);
  const launched = running(paths, { parts, info, instance, lock, databaseFile, workerPort }, options);
  undo.move();
  return launched;
}

type Parts = ReadonlyMap<PartName, Supervisor>;

interface StartOptions extends LaunchOptions {
  /** Which file the database is. */
  readonly databaseFile: string;
}

function startParts(paths: HomePaths, model: ModelChoice, options: StartOptions): Parts {
  const { settings, project, log, onStatus, askEveryMs, databaseFile, initDatabase = false, access } = options;
  const demoModelLog = join(paths.logs, 'demo-model-requests.ndjson');
  const told = {
    ...settings,
    home: paths.root,
    project,
    model,
    secretVariables: secretVariables(settings),
    demoModelLog,
    databaseFile,
    engineKey: renewEngineKey(paths),
    initDatabase,
    access,
  };
  const entries = { ...ownEntries(), ...options.entries };
  const node =
    (name: NodePartName): StartPart =>
    async (context) => {
      const logFile = join(paths.logs, `${name}.log`);
      const env = withCompiledCode(childEnv(process.env, name, told), name, getCompileCacheDir());
      return await startNodePart(name, { entry: entries[name], env, logFile, tell: log, askEveryMs }, context);
    };
  const starts: readonly (readonly [PartName, StartPart])[] = [
    ['engine', async (context) => await startEngine({ ...context, paths, log })],
    ...(model.kind === 'demo' ? [['demo-model', node('demo-model')] as const] : []),
    ['server', node('server')],
    ['worker', node('worker')],
  ];
  return new Map(starts.map(([name, start]) => [name, supervise(name, start, { onStatus })]));
}

/** Answers what is not quite well all the same. */
async function allHealthy(parts: Parts, url: string): Promise<readonly string[]> {
  const failed = new AbortController();
  const allReady = Promise.all([...parts.values()].map(async (part) => await part.ready));
  allReady.catch(() => failed.abort());
  await parts.get('server')?.ready;
  const [troubles] = await Promise.all([becomesHealthy(url, failed.signal, { timeoutMs: healthyWithinMs }), allReady]);
  return troubles;
}

interface RunningInstance {
  readonly parts: Parts;
  readonly info: () => InstanceInfo;
  readonly instance: InstanceFile;
  readonly lock: { release(): void };
  readonly databaseFile: string;
  readonly workerPort: WorkerPort;
}

function running(paths: HomePaths, started: RunningInstance, options: LaunchOptions): Launched {
  const { parts, info, instance, lock, databaseFile, workerPort } = started;
  const done = Promise.withResolvers<'stopped' | 'killed'>();
  // The stop that was begun in order ends too when a second one kills: whichever is first must tell the same.
  let isForced = false;
  const watching = watchOver(paths, parts, { ...options, databaseFile });
  return {
    get info() {
      return info();
    },
    done: done.promise,
    async stop({ force = false } = {}) {
      isForced ||= force;
      watching.close();
      await stopParts(parts, { force, onStatus: options.onStatus });
      await workerPort.close();
      instance.remove();
      lock.release();
      done.resolve(isForced ? 'killed' : 'stopped');
    },
  };
}

/** What restarts a part that has not ended, files that changed and an engine that takes no calls; and the record. */
function watchOver(paths: HomePaths, parts: Parts, options: StartOptions): { close(): void } {
  const { watch, project, log, databaseFile } = options;
  const files = watchFiles({
    roots: watch ?? [project],
    folders: ['agents', 'pipelines', 'tools'],
    onChange: (path) => void parts.get('worker')?.restart(`${path} changed`),
    log,
  });
  const engine = watchEngine({
    engine: { pid: () => parts.get('engine')?.pid(), restart: async (why) => await parts.get('engine')?.restart(why) },
    takesCalls: async () => await engineTakesCalls(paths),
    hasRoom: async () => await hasRoom(paths.root),
    log,
  });
  const record = watchRecord(paths, { identity: databaseFile, log });
  const logs = setInterval(() => boundLogs(paths.logs), boundLogsEveryMs);
  return {
    close() {
      files.close();
      engine.close();
      record.close();
      clearInterval(logs);
    },
  };
}

/** In order, each when the one before is gone; by force all at once. */
async function stopParts(
  parts: Parts,
  options: { readonly force: boolean; readonly onStatus?: LaunchOptions['onStatus'] },
): Promise<void> {
  const stop = async (name: PartName): Promise<void> => {
    if (!parts.has(name)) return;
    options.onStatus?.({ kind: 'stopping', part: name });
    await parts.get(name)?.stop({ force: options.force });
  };
  // Who stops us may have told our parts too: what ends by itself while another drains is not started again.
  for (const part of parts.values()) part.retire();
  if (options.force) await Promise.all(stopOrder.map(stop));
  else for (const name of stopOrder) await stop(name);
}

interface Lives {
  readonly paths: HomePaths;
  readonly parts: Parts;
  readonly ended: ReadonlyMap<PartName, EndedPart>;
}

function describe(
  { paths, parts, ended }: Lives,
  model: ModelChoice,
  { settings, version, project, access }: LaunchOptions,
): InstanceInfo {
  const self = identityOf(process.pid) ?? { pid: process.pid, startedAt: '' };
  const { port, workerPort, demoModelPort } = settings;
  return {
    ...self,
    port,
    workerPort,
    ...compact({ demoModelPort: model.kind === 'demo' ? demoModelPort : undefined }),
    url: urlOf(settings),
    socket: serverSocket(paths),
    ...compact({ public: access }),
    version,
    project,
    model: { kind: model.kind, id: model.id },
    processes: Object.fromEntries(
      [...parts].flatMap(([name, part]) => {
        const identity = identityOf(part.pid() ?? 0);
        return identity === undefined ? [] : [[name, identity] as const];
      }),
    ),
    ...compact({ ended: ended.size === 0 ? undefined : Object.fromEntries(ended) }),
  };
}

function portUses({ settings, access }: LaunchOptions, model: ModelChoice): readonly PortUse[] {
  const { port, workerPort, demoModelPort } = settings;
  const door = access?.door;
  return [
    { port, use: 'server', flag: '--port' },
    { port: workerPort, use: 'worker', flag: '--worker-port' },
    ...(model.kind === 'demo' ? [{ port: demoModelPort, use: 'demo model', flag: '--demo-model-port' }] : []),
    ...(door === undefined
      ? []
      : [{ port: door.port, use: 'server, for other machines', flag: '--public-port', host: door.host ?? 'all' }]),
  ];
}

function urlOf({ port }: Settings): string {
  return `http://127.0.0.1:${port}`;
}
