/**
 * The server process: joins the HTTP API to the database, the engine and the live view. It loads no user code, and it
 * drives no run: that is the worker's.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import {
  createGroupCommit,
  dataVersionOf,
  keepCheckpointed,
  newId,
  noteReach,
  openDatabase,
  watchPlace,
  type Database,
  type GroupCommit,
} from '@perdure/db';
import { createPersistentWaker, realClock } from '@perdure/engine';
import { createRestateWaker, EngineSocket, pingHandler, probeService, takesCalls } from '@perdure/engine/restate';
import {
  engineSockets,
  homePaths,
  liveSocket,
  readOwnerKey,
  replaceFile,
  serverSocket,
  type HomePaths,
  type PublicAccess,
} from '@perdure/home';
import { listenLive } from '@perdure/live';
import { createLearntDesk, createOutageDesk } from '@perdure/models/store';
import { endAfterSyncFailure, hasRoom, runChild, type Child, type StartedChild } from '@perdure/process';
import { createSchemaChecks } from '@perdure/schema-check';
import { createTaskReader, createTaskStore } from '@perdure/tasks/store';
import { createApp, type App, type AppOptions } from './http/app.ts';
import { createMcpServing } from './mcp.ts';
import { createHealthProbe, type Ask } from './http/health-probe.ts';
import { listenHttp, type Sockets } from './http/listen.ts';
import { reportTasks } from './task-reports.ts';
import { watchWorkElsewhere } from './open-errands.ts';
import { openFleet } from './open-fleet.ts';
import { openHub } from './open-hub.ts';
import { openPublicWays } from './public-door.ts';
import { hubTaskTools, withHubTasks } from './open-hub-tasks.ts';
import { openVaults, type OpenVaults } from './open-vaults.ts';
import type { Waker } from '@perdure/runs';
import { cleanRemoved } from '@perdure/runs/desk';
import { startSweep } from '@perdure/runs/sweep';
import {
  createCatalogueReader,
  createHealthReader,
  createRunIntake,
  createRunReader,
  createRunRemoval,
  createSweepStore,
  createWaitReader,
} from '@perdure/runs/store';

/** The same for each server of this state root: one that was killed must not keep its successor from sweeping. */
const leaseHolder = 'server';

runChild('server', startServer);

async function startServer({ log }: Child): Promise<StartedChild> {
  const settings = readSettings(process.env);
  const database = await openDatabase({
    path: settings.paths.database,
    identity: process.env['PERDURE_DATABASE_FILE'],
    init: process.env['PERDURE_DATABASE_INIT'] === '1',
  });
  // It stays, to tell so: nothing is acknowledged any more, and `/health` says why.
  const place = watchPlace(database, ({ message }) => log(message));
  const group = createGroupCommit(database, { onSyncFailure: endAfterSyncFailure(log) });
  const engine = connectEngine(settings.paths);
  const live = await listenLive({ path: liveSocket(settings.paths), dataVersion: dataVersionOf(database) });
  const checks = createSchemaChecks();
  const closing = new AbortController();
  const outages = createOutageDesk(database);
  const removal = removalOf({ database, group, paths: settings.paths });
  const tasks = createTaskStore(database, { group });
  const vault = await openVaults({ database, group, paths: settings.paths, log });
  const meeting = await openHub({ ...settings, database, group, tasks: hubTaskTools({ database, group, vault }), log });
  const catalogue = createCatalogueReader(database);
  const runs: Omit<AppOptions, 'fleet'> = {
    reader: createRunReader(database),
    waits: createWaitReader(database, Date.now),
    tasks: createTaskReader(tasks, { clock: Date.now }),
    mcp: createMcpServing({ ...settings, store: tasks, env: process.env, closing: closing.signal, log }),
    intake: createRunIntake(database, group),
    ...removal,
    waker: engine.waker,
    catalogue,
    learnt: createLearntDesk({ database, group, clock: Date.now }),
    outages,
    health: healthOf({ settings, database, group, engine, catalogue, outages, vault }),
    live,
    check: checks.check,
    clock: Date.now,
    newId,
    log,
    closing: closing.signal,
    ...meeting.deps,
    ...withHubTasks({ database, group, hub: meeting.deps.hub, vault }),
  };
  const fleet = await openFleet({ ...runs, ...settings, database, group, runs, env: process.env });
  const deps = { ...runs, fleet: fleet.fleet };
  const ports = await openPorts(createApp(deps), { settings, sockets: meeting.sockets, log });
  const store = createSweepStore(database);
  const sweep = startSweep({ store, waker: engine.wakerOnce, clock: realClock, holder: leaseHolder, log });
  const reports = await reportTasks({ store: tasks, paths: settings.paths, log });
  const ledger = { store: tasks, folder: join(settings.paths.root, 'tasks') };
  const elsewhere = watchWorkElsewhere({ database, group, runs: deps, meeting, tasks: ledger, log });
  const checkpoints = keepCheckpointed(database);
  const reach = noteReach(database, (text) => replaceFile(settings.paths.recordReach, text, { sync: false }));
  void cleanRemoved({ ...removal, log });
  return {
    ready: ports.ready,
    async close() {
      sweep.stop();
      meeting.close();
      await Promise.all([elsewhere.stop(), fleet.close()]);
      await reports.stop();
      closing.abort();
      await ports.close();
      await Promise.all([live.close(), vault.close()]);
      await checks.close();
      engine.close();
      place.close();
      checkpoints.close();
      reach.close();
      // Closing what was replaced could take away what lies in its place now.
      if (database.displaced() === undefined) database.close();
    },
  };
}

interface PortDeps {
  readonly settings: ReturnType<typeof readSettings>;
  readonly sockets: Sockets;
  readonly log: (message: string) => void;
}

/** For programs of this machine, and for other machines where that was asked for. */
async function openPorts(app: App, { settings, sockets, log }: PortDeps) {
  const ways = openPublicWays(settings.access, { log, clock: Date.now });
  const socket = serverSocket(settings.paths);
  const server = await listenHttp(app, { ...ways, port: settings.port, socket, newId, log, sockets });
  return {
    ready: { port: server.port, warnings: ways.start(server.beyond) },
    async close(): Promise<void> {
      ways.close();
      await server.close();
    },
  };
}

async function countLeftOut(catalogue: ReturnType<typeof createCatalogueReader>): Promise<number> {
  return new Set((await catalogue.read()).problems.map(({ file }) => file)).size;
}

interface HealthDeps {
  readonly settings: ReturnType<typeof readSettings>;
  readonly database: Database;
  readonly group: GroupCommit;
  readonly engine: EngineConnection;
  readonly catalogue: ReturnType<typeof createCatalogueReader>;
  readonly outages: ReturnType<typeof createOutageDesk>;
  readonly vault: OpenVaults;
}

/** Asks each part how it is. */
function healthOf({ settings, database, group, engine, catalogue, outages, vault }: HealthDeps) {
  return createHealthProbe({
    engine: engine.askEngine,
    worker: engine.askWorker,
    takesCalls: engine.takesCalls,
    hasRoom: async () => await hasRoom(settings.paths.root),
    record: createHealthReader(database, group),
    leftOut: () => countLeftOut(catalogue),
    outages,
    model: settings.model,
    vaultsSealed: vault.sealed,
    clock: Date.now,
  });
}

interface RemovalDeps {
  readonly database: Database;
  readonly group: GroupCommit;
  readonly paths: HomePaths;
}

/** What takes runs away, and the folders of their tools. */
function removalOf({ database, group, paths }: RemovalDeps) {
  return {
    removal: createRunRemoval(database, group),
    dropWorkspace: async (runId: string) => await rm(join(paths.workspaces, runId), { recursive: true, force: true }),
  };
}

interface EngineConnection {
  /** Tries again until it gets through. */
  readonly waker: Waker;
  /** For the sweep, which comes again by itself. */
  readonly wakerOnce: Waker;
  readonly askEngine: Ask;
  readonly askWorker: Ask;
  readonly takesCalls: (timeoutMs: number) => Promise<boolean>;
  close(): void;
}

function connectEngine(paths: HomePaths): EngineConnection {
  const sockets = engineSockets(paths);
  const [admin, ingress] = [new EngineSocket(sockets.admin), new EngineSocket(sockets.ingress)];
  const ping = `/${probeService}/${pingHandler}`;
  const wakerOnce = createRestateWaker(ingress, realClock);
  const waker = createPersistentWaker(wakerOnce, realClock);
  return {
    waker,
    wakerOnce,
    askEngine: (timeoutMs) => admin.call({ method: 'GET', path: '/health', timeoutMs }),
    askWorker: (timeoutMs) => ingress.call({ method: 'POST', path: ping, body: {}, timeoutMs }),
    takesCalls: async (timeoutMs) => await takesCalls(ingress, timeoutMs),
    close() {
      waker.close();
      admin.close();
      ingress.close();
    },
  };
}

/** The launcher hands these down; it has checked them. */
function readSettings(env: NodeJS.ProcessEnv) {
  const { PERDURE_HOME: home, PERDURE_PORT: port = '7373', PERDURE_MODEL_KIND: kind, MODEL_ID: id } = env;
  const { PERDURE_PROJECT: project = '', PERDURE_PUBLIC: access } = env;
  if (home === undefined) {
    throw new PerdureError('config_invalid', 'PERDURE_HOME is not set: the server is started by `perdure up`.');
  }
  const paths = homePaths(home);
  const ownerKey = readOwnerKey(paths);
  if (ownerKey === undefined) {
    throw new PerdureError(
      'config_invalid',
      'There is no owner key that this account may read; `perdure up` makes one.',
    );
  }
  const model = { kind: kind === 'configured' ? 'configured' : 'demo', id } as const;
  return {
    paths,
    project,
    ownerKey,
    port: Number(port),
    model,
    access: access === undefined ? undefined : (JSON.parse(access) as PublicAccess),
  };
}
