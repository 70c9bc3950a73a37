import { renameSync, truncateSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { healthSchema, overallHealth } from '@perdure/contract';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { EngineSocket, takesCalls } from '@perdure/engine/restate';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHealthProbe, type HealthProbeOptions } from '../../src/http/health-probe.ts';
import { createOutageDesk } from '@perdure/models/store';
import { createHealthReader } from '@perdure/runs/store';
import { createHarness, startHello, temporaryFolder } from './harness.ts';

/** A peer on a unix socket that plays the engine. */
async function listen(path: string, listener: RequestListener): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
}

interface Setup {
  readonly admin?: RequestListener;
  readonly ingress?: RequestListener;
  readonly probe?: Partial<HealthProbeOptions>;
  /** In milliseconds, with those who are to hang; others have as long as a busy machine may take. */
  readonly patience?: { readonly worker?: number; readonly takesCalls?: number };
}
const patient = 60_000;
/** Takes a call that is left with it, and never answers one. */
const onlyTakes: RequestListener = ({ url = '' }, response) =>
  url.endsWith('/send') ? void response.writeHead(202).end('{}') : undefined;
const fine: RequestListener = (_request, response) => void response.end('{}');

async function setUp({ admin, ingress, probe, patience = {} }: Setup = {}) {
  const folder = await temporaryFolder();
  const sockets = { admin: join(folder, 'admin.sock'), ingress: join(folder, 'ingress.sock') };
  if (admin) await listen(sockets.admin, admin);
  if (ingress) await listen(sockets.ingress, ingress);
  const harness = await createHarness();
  const { database } = harness;
  const [engine, worker] = [new EngineSocket(sockets.admin), new EngineSocket(sockets.ingress)];
  onTestFinished(() => {
    engine.close();
    worker.close();
  });
  const options: HealthProbeOptions = {
    engine: (timeoutMs) => engine.call({ method: 'GET', path: '/health', timeoutMs }),
    worker: (timeoutMs) =>
      worker.call({ method: 'POST', path: '/probe/ping', body: {}, timeoutMs: patience.worker ?? timeoutMs }),
    takesCalls: async (timeoutMs) => await takesCalls(worker, patience.takesCalls ?? timeoutMs),
    hasRoom: async () => true,
    record: createHealthReader(database, createGroupCommit(database)),
    leftOut: async () => 0,
    outages: createOutageDesk(database),
    model: { kind: 'demo' },
    clock: Date.now,
    timeoutMs: patient,
    ...probe,
  };
  const probeOf = (more: Partial<HealthProbeOptions>) => createHealthProbe({ ...options, ...more });
  return { ...harness, probe: probeOf({}), probeOf };
}

describe('GET /health', () => {
  test('is 200 with all parts, and 503 when an essential one is down', async () => {
    const { json, options } = await createHarness();
    const ok = await json('GET', '/health');
    expect([ok.status, healthSchema.parse(ok.body).status]).toEqual([200, 'ok']);
    const parts = { ...(await options.health.check()), worker: { status: 'down', detail: 'gone' } as const };
    const down = await (await createHarness({ health: { check: async () => parts } })).json('GET', '/health');
    expect([down.status, healthSchema.parse(down.body).status]).toEqual([503, 'down']);
  });
});

describe('the probe', () => {
  test('finds all well, and names the demo model', async () => {
    const parts = await (await setUp({ admin: fine, ingress: fine })).probe.check();
    expect(overallHealth(parts)).toBe('ok');
    expect(parts.model.detail).toContain('demo model');
  });

  test('says that definitions are left out, without their files, and where to read more', async () => {
    let count = 2;
    const { probe } = await setUp({ admin: fine, ingress: fine, probe: { cacheMs: 0, leftOut: async () => count } });
    const left = '2 definitions are left out: `perdure status` names the files.';
    expect((await probe.check()).worker).toMatchObject({ status: 'ok', detail: expect.stringContaining(left) });
    count = 0;
    expect((await probe.check()).worker.detail).toBe('A call through the engine reached a worker.');
  });

  test('names the vaults while they are sealed, which keeps nothing else from working', async () => {
    let reason: string | undefined = 'The vaults are sealed.';
    const { probe } = await setUp({ admin: fine, ingress: fine, probe: { cacheMs: 0, vaultsSealed: () => reason } });
    const sealed = await probe.check();
    expect([sealed.vault, overallHealth(sealed)]).toEqual([{ status: 'degraded', detail: reason }, 'degraded']);
    reason = undefined;
    const open = await probe.check();
    expect([Object.keys(open), overallHealth(open)]).toEqual([['engine', 'worker', 'database', 'model'], 'ok']);
  });

  test('answers when everything is down, without a path', async () => {
    const folder = await temporaryFolder();
    const database = await openDatabase({ path: join(folder, 'perdure.db') });
    const record = createHealthReader(database, createGroupCommit(database));
    database.close();
    const { probe } = await setUp({ probe: { record } });
    const parts = await probe.check();
    expect([parts.engine.status, parts.database.status, parts.worker.status]).toEqual(['down', 'down', 'down']);
    expect(JSON.stringify(parts)).not.toContain('/tmp');
  });

  test('says that the record cannot be written, and why', async () => {
    const harness = await setUp({ admin: fine, ingress: fine, probe: { cacheMs: 0 } });
    const { sqlite, path } = harness.database;
    const database = async (probe = harness.probe) => (await probe.check()).database;
    const other = await openDatabase({ path });
    other.sqlite.exec('BEGIN IMMEDIATE');
    const locked = { status: 'degraded', detail: expect.stringContaining('held its lock') };
    expect(await database(harness.probeOf({ timeoutMs: 200 }))).toMatchObject(locked);
    other.sqlite.exec('ROLLBACK');
    other.close();
    await expect.poll(async () => await database()).toEqual({ status: 'ok', detail: 'The database answers.' });
    sqlite.exec('PRAGMA query_only = ON');
    expect(await database()).toMatchObject({ status: 'degraded', detail: expect.stringContaining('it is read-only') });
  });

  test('says that the record was cut, whatever is still in memory, and takes one that was made shorter in order', async () => {
    const harness = await setUp({ admin: fine, ingress: fine, probe: { cacheMs: 0 } });
    const { sqlite, path } = harness.database;
    const database = async () => (await harness.probe.check()).database;
    sqlite.exec(`INSERT INTO blobs VALUES ('a', '${'x'.repeat(500_000)}', 1); PRAGMA wal_checkpoint(TRUNCATE)`);
    expect((await database()).status).toBe('ok');
    sqlite.exec(`DELETE FROM blobs; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)`);
    expect((await database()).status).toBe('ok');
    truncateSync(path, 8_192);
    const cut = { status: 'down', detail: expect.stringContaining('Storage corrupt') };
    expect([await database(), await database()]).toEqual([cut, cut]);
  });

  test('says that the record was taken away', async () => {
    const harness = await setUp({ admin: fine, ingress: fine, probe: { cacheMs: 0 } });
    const { path } = harness.database;
    renameSync(path, `${path}.away`);
    const { database } = await harness.probe.check();
    expect(database).toMatchObject({ status: 'down', detail: expect.stringContaining('Storage replaced') });
    const start = await harness.json('POST', '/api/v1/runs', { json: { pipeline: 'hello', input: { name: 'Ada' } } });
    expect([start.status, start.body]).toMatchObject([503, { code: 'storage_replaced' }]);
    renameSync(`${path}.away`, path);
    expect((await harness.probe.check()).database.status).toBe('ok');
  });

  test('blames the worker where the engine takes a call that nobody answers, or knows no worker', async () => {
    const hanging = await setUp({ admin: fine, ingress: onlyTakes, patience: { worker: 200 } });
    expect(await hanging.probe.check()).toMatchObject({ engine: { status: 'ok' }, worker: { status: 'down' } });
    const refusing = await setUp({ admin: fine, ingress: (_request, response) => void response.writeHead(404).end() });
    expect(await refusing.probe.check()).toMatchObject({ engine: { status: 'ok' }, worker: { status: 'down' } });
  });

  test('blames the engine where it answers and takes no calls, and tells whether the disk is full', async () => {
    const patience = { worker: 200, takesCalls: 200 };
    const ill: RequestListener[] = [() => undefined, (_request, response) => void response.writeHead(500).end()];
    for (const ingress of ill) {
      const { engine, worker } = await (await setUp({ admin: fine, ingress, patience })).probe.check();
      expect([engine.status, worker.status]).toEqual(['down', 'down']);
      expect(engine.detail).toContain('takes no calls; where that lasts');
      expect(worker.detail).toBe('It cannot be asked while the engine is down.');
    }
    const full = await setUp({
      admin: fine,
      ingress: () => undefined,
      probe: { hasRoom: async () => false },
      patience,
    });
    const parts = await full.probe.check();
    expect(parts.engine.detail).toContain('since the disk is full');
    expect(parts.database).toMatchObject({ status: 'degraded', detail: expect.stringContaining('disk is full') });
  });

  test('asks once for many callers, and again when the answer is old', async () => {
    let asked = 0;
    let now = 0;
    const admin: RequestListener = (_request, response) => void response.end(String((asked += 1)));
    const { probe } = await setUp({ admin, ingress: fine, probe: { clock: () => now } });
    await Promise.all([probe.check(), probe.check(), probe.check()]);
    expect(asked).toBe(1);
    now = 999;
    await probe.check();
    expect(asked).toBe(1);
    now = 1_000;
    await probe.check();
    expect(asked).toBe(2);
  });

  test('soon asks again where something was down', async () => {
    let now = 0;
    let status = 503;
    const admin: RequestListener = (_request, response) => void response.writeHead(status).end();
    const { probe } = await setUp({ admin, ingress: fine, probe: { clock: () => now } });
    expect((await probe.check()).engine.status).toBe('down');
    [now, status] = [100, 200];
    expect((await probe.check()).engine.status).toBe('ok');
  });

  test('tells the outcome of the newest model call without the words of the model', async () => {
    const harness = await setUp({
      admin: fine,
      ingress: fine,
      probe: { cacheMs: 0, model: { kind: 'configured', id: 'm-1' } },
    });
    const id = await startHello(harness);
    const model = async () => (await harness.probe.check()).model;
    const never = 'The model m-1 is configured. It has not been called since the start.';
    expect(await model()).toEqual({ status: 'ok', detail: never });
    const error = { code: 'model_rejected', message: 'http://secret.example said no' };
    harness.worker.append(id, 'step.retrying', { key: 'a', kind: 'turn', attempt: 1, error, delayMs: 1 });
    harness.worker.append(id, 'step.failed', { key: 'b', kind: 'step', error: { code: 'step_failed', message: '' } });
    expect((await model()).status).toBe('degraded');
    expect((await model()).detail).not.toContain('secret.example');
    harness.worker.append(id, 'step.done', { key: 'a', kind: 'turn', ms: 1 });
    expect(await model()).toEqual({ status: 'ok', detail: 'The model m-1 is configured.' });
  });

  test('tells of a model that runs wait for, and not of one that nobody waits for any more', async () => {
    const harness = await setUp({ admin: fine, ingress: fine, probe: { cacheMs: 0 } });
    const { sqlite } = harness.database;
    const outage = sqlite.prepare(
      'INSERT INTO model_outages (model, since, next_at, tries, reason) VALUES (?, ?, ?, 3, ?)',
    );
    for (const [name, since] of [
      ['gone/a', 0],
      ['groq/b', 1_000],
      ['groq/c', 2_000],
    ] as const)
      outage.run(name, since, since + 60_000, 'http://secret.example said no');
    expect((await harness.probe.check()).model.status).toBe('ok');
    const wait = sqlite.prepare("UPDATE runs SET status = 'waiting', wait_kind = 'model', wait_model = ? WHERE id = ?");
    for (const name of ['groq/b', 'groq/b', 'groq/c']) wait.run(name, await startHello(harness));
    const { status, detail } = (await harness.probe.check()).model;
    expect(status).toBe('degraded');
    expect(detail).toContain(
      'groq/b has been away since 1970-01-01T00:00:01.000Z; 2 runs wait for it, and it is asked again at 1970-01-01T00:01:01.000Z. `perdure runs resume` asks now. Away too: groq/c.',
    );
    expect(detail).not.toMatch(/secret\.example|gone/);
  });
});
