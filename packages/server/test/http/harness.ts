/**
 * The app on a real database in a folder of its own, with a second connection that plays the worker. Only the engine
 * and the health of the parts are small fakes.
 */

import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compact,
  canonicalJson,
  type Health,
  type RunEventType,
  type RunStatus,
  type StepKind,
  type ModelServerEntry,
  type ToolEntry,
} from '@perdure/contract';
import { createGroupCommit, newId, openDatabase, type Database } from '@perdure/db';
import { homePaths } from '@perdure/home';
import { FailedKeys, Limiter, sendRate } from '@perdure/hub';
import { openDriveFolder } from '@perdure/hub/bytes';
import { createIdentify, createLinks, type HubDeps } from '@perdure/hub/desk';
import {
  createDriveStore,
  createHubStore,
  createHubTaskStore,
  createTaskTools,
  createRootStore,
  createVaultStore,
} from '@perdure/hub/store';
import { createLiveHub } from '@perdure/live';
import { createLearntDesk, createOutageDesk } from '@perdure/models/store';
import { createSchemaChecks } from '@perdure/schema-check';
import { createTaskLook, createTaskReader, createTaskStore } from '@perdure/tasks/store';
import { until } from '@perdure/testing';
import { onTestFinished } from 'vitest';
import { createSmallHost } from '../fleet/small-host.ts';
import { holdAgainstDocument } from './served-document.ts';
import { createApp, type AppOptions } from '../../src/http/app.ts';
import { createMcpServing } from '../../src/mcp.ts';
import { createKeyCheck, createSignIn } from '../../src/http/security.ts';
import { keepRoot } from '../../src/root-keeper.ts';
import { openVaultRoot } from '../../src/vault-root.ts';
import {
  createCatalogueReader,
  createRunIntake,
  createRunReader,
  createRunRemoval,
  createWaitReader,
} from '@perdure/runs/store';

export const ownerKey = 'sk_perdure_test-key';

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-http-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** For tests of a client, which need the server itself. */
export { listenHttp } from '../../src/http/listen.ts';

/** Resolves when `condition` gives something, and says what was awaited when it never does. */
export async function eventually<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
) {
  return await until(condition, { what, everyMs: 5 });
}

const healthy: Health['parts'] = {
  engine: { status: 'ok', detail: 'fine' },
  database: { status: 'ok', detail: 'fine' },
  worker: { status: 'ok', detail: 'fine' },
  model: { status: 'ok', detail: 'demo model' },
};

export async function createHarness(overrides: Partial<AppOptions> = {}) {
  const folder = await temporaryFolder();
  const path = join(folder, 'perdure.db');
  const database = await openDatabase({ path });
  const worker = createWorker(await openDatabase({ path }));
  const live = createLiveHub({
    dataVersion: () => Number(database.sqlite.prepare('PRAGMA data_version').get()?.['data_version']),
    pollMs: 10,
  });
  const checks = createSchemaChecks();
  onTestFinished(async () => await checks.close());
  const closing = new AbortController();
  const [woken, logged]: [string[], string[]] = [[], []];
  const tasks = createTaskStore(database);
  const log = (message: string) => void logged.push(message);
  const clock = overrides.clock ?? Date.now;
  const meeting = await openHub({ database, folder, clock, log });
  const runs: Omit<AppOptions, 'fleet'> = {
    reader: createRunReader(database),
    waits: createWaitReader(database, clock),
    tasks: createTaskReader(tasks, { clock }),
    mcp: createMcpServing({ store: tasks, ...mcpPlace(folder), closing: closing.signal, log }),
    intake: createRunIntake(database, createGroupCommit(database)),
    removal: createRunRemoval(database, createGroupCommit(database)),
    dropWorkspace: async () => undefined,
    waker: { wake: async (runId) => void woken.push(runId) },
    catalogue: createCatalogueReader(database),
    learnt: createLearntDesk({ database, group: createGroupCommit(database), clock }),
    outages: createOutageDesk(database),
    health: { check: async () => healthy },
    live,
    check: checks.check,
    clock: Date.now,
    newId,
    log,
    closing: closing.signal,
    ...meeting,
    ...overrides,
  };
  const smallHost = await createSmallHost({ database, ...meeting, tasks: meeting.hubTasks, runs, log });
  const options: AppOptions = { fleet: smallHost.serving, ...runs };
  onTestFinished(() => {
    closing.abort();
    live.close();
    worker.database.close();
    database.close();
  });
  await publishCatalogue(database);
  const app = createApp(options);

  /** A request as the owner sends it. */
  const request = async (method: string, requestPath: string, init: RequestOptions = {}) => {
    const headers: Record<string, string> = { host: '127.0.0.1:7373', authorization: `Bearer ${ownerKey}` };
    if (init.json !== undefined) headers['content-type'] = 'application/json';
    const response = await app.request(requestPath, {
      method,
      headers: { ...headers, ...init.headers },
      ...compact({
        body: init.json === undefined ? init.bytes : JSON.stringify(init.json),
        signal: init.signal ?? undefined,
      }),
    });
    await holdAgainstDocument({ method, path: requestPath, response }, checks.check);
    return response;
  };
  const json = async (method: string, requestPath: string, init?: RequestOptions) => {
    const response = await request(method, requestPath, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as ResponseBody };
  };
  /** Tasks as a command line writes them: through the other connection. */
  const taskStore = createTaskStore(worker.database);
  return { app, options, smallHost, folder, database, worker, taskStore, live, closing, woken, logged, request, json };
}
/** Where a client of MCP finds the server to be. */
function mcpPlace(folder: string) {
  return { paths: homePaths(folder), project: folder, env: { PATH: process.env['PATH'] } };
}

export type Harness = Awaited<ReturnType<typeof createHarness>>;

export interface RequestOptions {
  readonly json?: unknown;
  /** A body that is not JSON. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** Any answer; a test looks at what it expects. */
export interface ResponseBody {
  readonly [name: string]: unknown;
  readonly data?: unknown;
  readonly error?: unknown;
  readonly code?: string;
  readonly details?: Record<string, unknown>;
  readonly runIds?: { pipeline: string; plan?: string; review?: string };
}

/** The hub with its owner; what happens in it is told to nobody. */
interface HubPlace {
  readonly database: Database;
  readonly folder: string;
  readonly clock: () => number;
  readonly log: (message: string) => void;
}

async function openHub({ database, folder, clock, log }: HubPlace) {
  const links = createLinks(randomBytes(32));
  const sends = new Limiter(sendRate);
  const group = createGroupCommit(database);
  const paths = homePaths(folder);
  mkdirSync(paths.run, { recursive: true });
  mkdirSync(paths.drive, { mode: 0o700 });
  const roots = createRootStore(database, group);
  const root = await openVaultRoot({ paths, roots, env: {}, random: randomBytes, now: clock() });
  const kept = keepRoot(root, { paths, roots, random: randomBytes, clock });
  const vaults = { group, root: kept.root, random: randomBytes };
  const taskDeps = { ...vaults, durable: createTaskLook(database, { clock }) };
  const store = createHubStore(database, group, createTaskTools(database, taskDeps));
  const owner = await store.principals.ensureOwner({ id: newId(), workspaceId: newId(), now: clock() });
  const failedKeys = new FailedKeys();
  const identify = createIdentify({
    keys: store.keys,
    sessions: store.sessions,
    owner,
    ownerKey,
    clock,
    warn: () => undefined,
  });
  const hub: HubDeps = {
    store,
    publish: () => undefined,
    isConnected: () => false,
    sends,
    links,
    clock,
    newId,
    newSecret: () => randomBytes(32).toString('base64url'),
  };
  // A test may have it told to somebody later.
  const publish = (event: Parameters<HubDeps['publish']>[0]) => hub.publish(event);
  return {
    checkKey: createKeyCheck({ identify, failedKeys, clock }),
    signIn: createSignIn({ failedKeys, clock }),
    hub,
    hubTasks: {
      tasks: createHubTaskStore(database, taskDeps),
      publish,
      sends,
      clock,
      newId,
    },
    drive: {
      drive: createDriveStore(database, group),
      bytes: openDriveFolder({ folder: paths.drive, newName: randomUUIDv7 }),
      links,
      sends,
      publish,
      clock,
      newId,
      log,
    },
    vault: {
      vaults: createVaultStore(database, vaults),
      roots: kept,
      clock,
      newId,
    },
  };
}

function pipelineRow(id: string, input: object) {
  const entry = { id, description: id, origin: 'shipped', input, output: {}, hash: 'h' };
  return { kind: 'pipeline', id, entry: JSON.stringify(entry), published_at: 1 };
}

export const shellTool = {
  id: 'shell',
  description: 'Runs a command.',
  origin: 'shipped',
  effect: 'once',
  confirm: true,
  verifies: false,
  enabled: false,
  remedy: 'switch it on with --enable-tools shell',
  input: {},
  output: {},
  hash: 'h',
} as const satisfies ToolEntry;

export const groqServer = {
  name: 'groq',
  api: 'chat',
  origin: 'https://api.groq.com',
  key: 'set',
  models: [
    {
      name: 'groq/llama-3.3-70b',
      isDefault: true,
      agents: ['planner'],
      contextTokens: 128_000,
      prices: { input: 0.59, output: 0.79 },
      fallback: [],
    },
  ],
} as const satisfies ModelServerEntry;

async function publishCatalogue({ kysely }: Database): Promise<void> {
  const prompt = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { prompt: { type: 'string' } },
    required: ['prompt'],
    additionalProperties: false,
  };
  const agent = { name: 'planner', description: 'Plans.', origin: 'shipped', tools: [], output: {}, hash: 'h' };
  const broken = { kind: 'pipeline', file: '/app/pipelines/broken.ts', line: 1, message: 'it has no run function' };
  await kysely
    .insertInto('catalogue')
    .values([
      pipelineRow('plan-and-review', prompt),
      pipelineRow('hello', { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }),
      { kind: 'agent', id: 'planner', entry: JSON.stringify(agent), published_at: 1 },
      { kind: 'tool', id: 'shell', entry: JSON.stringify(shellTool), published_at: 1 },
      { kind: 'model_server', id: 'groq', entry: JSON.stringify(groqServer), published_at: 1 },
      { kind: 'problem', id: `${broken.file}:0`, entry: JSON.stringify(broken), published_at: 1 },
    ])
    .execute();
}

interface WorkerStep {
  readonly kind?: StepKind;
  readonly result?: unknown;
  readonly detail?: object;
}

/** Writes the record from a connection of its own, as another process does. */
function createWorker(database: Database) {
  const { sqlite } = database;
  const append = (runId: string, type: RunEventType, data: object = {}): void => {
    sqlite.prepare('UPDATE runs SET event_seq = event_seq + 1, updated_at = ? WHERE id = ?').run(Date.now(), runId);
    sqlite
      .prepare(`INSERT INTO events SELECT id, event_seq, :type, :at, 'driver', :data FROM runs WHERE id = :run`)
      .run({ run: runId, type, at: Date.now(), data: JSON.stringify(data) });
  };
  const transact = (write: () => void): void => {
    sqlite.exec('BEGIN IMMEDIATE');
    write();
    sqlite.exec('COMMIT');
  };
  return {
    database,
    append: (runId: string, type: RunEventType, data?: object) => transact(() => append(runId, type, data)),
    set: (runId: string, status: RunStatus, error: object | null = null) =>
      transact(() => {
        const text = error === null ? null : canonicalJson(error);
        sqlite.prepare('UPDATE runs SET status = ?, error = ? WHERE id = ?').run(status, text, runId);
      }),
    step: (runId: string, key: string, { kind = 'step', result = null, detail }: WorkerStep = {}) =>
      transact(() => {
        sqlite
          .prepare(
            `INSERT INTO steps (run_id, key, seq, kind, status, attempt, result, detail, undoable, started_at, ended_at)
             SELECT :run, :key, count(*) + 1, :kind, 'done', 1, :result, :detail, 0, :at, :at FROM steps WHERE run_id = :run`,
          )
          .run({
            run: runId,
            key,
            kind,
            result: JSON.stringify(result),
            detail: detail === undefined ? null : JSON.stringify(detail),
            at: Date.now(),
          });
        append(runId, 'step.done', { key, kind });
      }),
    complete: (runId: string, output: unknown) =>
      transact(() => {
        sqlite
          .prepare(`UPDATE runs SET status = 'completed', output = ?, ended_at = ? WHERE id = ?`)
          .run(JSON.stringify(output), Date.now(), runId);
        append(runId, 'run.completed');
      }),
    fail: (runId: string, error: object) =>
      transact(() => {
        sqlite
          .prepare(`UPDATE runs SET status = 'failed', error = ?, ended_at = ? WHERE id = ?`)
          .run(JSON.stringify(error), Date.now(), runId);
        append(runId, 'run.failed', { error });
      }),
  };
}

/** All items of something that comes piece by piece. */
export async function itemsOf<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Starts a run of `hello` and gives its id. */
export async function startHello(harness: Harness): Promise<string> {
  const { body } = await harness.json('POST', '/api/v1/runs', { json: { pipeline: 'hello', input: { name: 'Ada' } } });
  return (body.data as { id: string }).id;
}
