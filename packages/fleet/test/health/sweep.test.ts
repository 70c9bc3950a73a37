import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { GatewayRecord, Look } from '@perdure/fleet';
import { healthFile, startHealth, sweep, type HealthPorts } from '@perdure/fleet/health';
import { listenerOf, memoryByGroup } from '@perdure/fleet/watch';
import { probeGateway } from '@perdure/fleet/openclaw';
import { until } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, it, onTestFinished } from 'vitest';

const everyMs = 60_000;

/** A gateway that is ready; or one that accepts and says nothing. */
async function listen(kind: 'ready' | 'hangs' | 'web'): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((request, response) => {
    if (kind === 'hangs') return;
    if (kind === 'web') {
      response.end('<html>');
      return;
    }
    const body = request.url === '/readyz' ? { ready: true, failing: [] } : { ok: true, status: 'started' };
    response.end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server };
}

const gatewayOn = (port: number, handle = `m${port}`): GatewayRecord => ({
  principalId: `p-${handle}`,
  familyId: 'f',
  handle,
  host: 'box',
  home: `/nowhere/.openclaw-${handle}`,
  port,
  service: 'supervisor',
  wanted: 'up',
  program: { node: 'node', entry: 'openclaw.mjs', version: '1' },
  model: 'demo/demo',
  credential: { kind: 'unneeded' },
  status: 'ready',
  createdAt: 0,
  updatedAt: 0,
});

class World {
  readonly gateways: GatewayRecord[] = [];
  readonly told: { readonly id: string; readonly text: string }[] = [];
  readonly statuses: string[] = [];
  readonly reports: { readonly familyId: string; readonly members: readonly { readonly sesame: string }[] }[] = [];
  readonly problems: string[] = [];
  readonly deaf = new Set<string>();
  service: Look['service'] = { kind: 'running', process: { pid: process.pid, startedAt: 'x' }, restarts: 2 };
  now = 0;
  isHubAway = false;
  readonly ports: HealthPorts;

  constructor() {
    this.ports = {
      store: {
        list: async () => this.gateways,
        get: async (id) => this.gateways.find(({ principalId }) => principalId === id),
      },
      host: 'box',
      service: async () => this.service ?? (await new Promise<never>(() => {})),
      lastLines: async () => ['its last line'],
      probe: probeGateway,
      program: () => ({
        health: async () => ({
          isPluginLoaded: true,
          isChannelRunning: false,
          isModelTold: true,
          missingProviders: [],
          problems: ['The hub refuses its key.'],
        }),
      }),
      memory: memoryByGroup,
      listener: listenerOf,
      hub: {
        isConnected: (principalId) => !this.deaf.has(principalId),
        setStatus: async (principalId, status) => void this.statuses.push(`${principalId} ${status}`),
        tell: async (_principalId, said) => {
          if (this.isHubAway) throw new Error('the hub is away');
          if (!this.told.some(({ id }) => id === said.id)) this.told.push(said);
        },
        report: async (familyId, { members }) => void this.reports.push({ familyId, members }),
      },
      record: healthFile(join(tempFolder(), 'health.json')),
      clock: () => this.now,
      onProblem: (sentence) => void this.problems.push(sentence),
    };
  }

  /** A minute later. */
  async sweep() {
    this.now += everyMs;
    return await sweep(this.ports, { everyMs });
  }
}

it('sees a member as it is, and gives its family a snapshot', async () => {
  const world = new World();
  const { port } = await listen('ready');
  world.gateways.push(gatewayOn(port, 'scout'));
  const [scout] = await world.sweep();
  expect(scout).toMatchObject({ seen: 'well', restarts: 2, httpStatus: 200 });
  expect(scout?.memoryBytes).toBeGreaterThan(10_000_000);
  expect(scout?.latencyMs).toBeGreaterThanOrEqual(0);
  expect(world.reports).toEqual([
    { familyId: 'f', members: [expect.objectContaining({ handle: 'scout', gateway: 'up', sesame: 'well', port })] },
  ]);
  expect(world.told).toEqual([]);
});

it('tells what has changed once, with what the gateway says of itself, and that it is well again', async () => {
  const world = new World();
  const { port } = await listen('ready');
  world.gateways.push(gatewayOn(port, 'scout'));
  for (const isDeaf of [false, false, true, true, true]) {
    if (isDeaf) world.deaf.add('p-scout');
    await world.sweep();
  }
  expect(world.told.map(({ text }) => text)).toEqual([expect.stringContaining('The hub refuses its key.')]);
  world.deaf.clear();
  await world.sweep();
  await world.sweep();
  expect(world.told.at(-1)?.text).toBe('scout is well again.');
  expect(world.statuses).toEqual(['p-scout error', 'p-scout online']);
});

it('tells at once that a process is gone, and how it ended', async () => {
  const world = new World();
  const { port, server } = await listen('ready');
  world.gateways.push(gatewayOn(port, 'scout'));
  await world.sweep();
  server.close();
  world.service = { kind: 'failed', exitCode: 78, restarts: 0 };
  await world.sweep();
  expect(world.told.map(({ text }) => text)).toEqual([
    expect.stringMatching(/exit code 78.*not started again.*its last line/s),
  ]);
});

it('tells who has the port of a member', async () => {
  const world = new World();
  const { port } = await listen('web');
  world.gateways.push(gatewayOn(port, 'scout'));
  await world.sweep();
  await world.sweep();
  expect(world.told[0]?.text).toContain(`port ${port} is taken by process ${process.pid} `);
});

it('tells later, once, what could not be told when the hub was away, also after a restart', async () => {
  const world = new World();
  world.gateways.push(gatewayOn(1, 'scout'));
  world.service = { kind: 'stopped' };
  world.isHubAway = true;
  await world.sweep();
  expect(world.told).toEqual([]);
  expect(world.problems.join(' ')).toContain('the hub is away');
  world.isHubAway = false;
  await world.sweep();
  await world.sweep();
  expect(world.told).toHaveLength(1);
});

it('tells nothing more of a member that was taken away', async () => {
  const world = new World();
  world.gateways.push(gatewayOn(1, 'scout'));
  world.service = { kind: 'stopped' };
  world.isHubAway = true;
  await world.sweep();
  world.isHubAway = false;
  world.gateways.pop();
  await world.sweep();
  expect(world.told).toEqual([]);
  expect(world.problems).toHaveLength(1);
});

it('looks at a thousand members many at a time, none of which waits for one that hangs, and at that as well', async () => {
  const world = new World();
  const hangs = await listen('hangs');
  world.gateways.push(gatewayOn(hangs.port, 'hangs'));
  for (let at = 0; at < 999; at += 1) world.gateways.push(gatewayOn(at, `m${at}`));
  let [asked, most] = [0, 0];
  const probe: HealthPorts['probe'] = async (port, options) => {
    if (port === hangs.port) return await probeGateway(port, options);
    asked += 1;
    most = Math.max(most, asked);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    asked -= 1;
    return { readiness: 'ready', httpStatus: 200, latencyMs: 1 };
  };
  const seen = await sweep({ ...world.ports, probe }, { everyMs });
  // 999 that answered and one that hung took 3 s on two cores with so many at once.
  expect(most).toBe(63);
  expect([seen.at(-1)?.gateway.handle, seen.at(-1)?.seen]).toEqual(['hangs', 'unready']);
  expect(seen.filter((one) => one.seen === 'well')).toHaveLength(999);
  expect(world.reports[0]?.members).toHaveLength(1_000);
});

it('raises an alarm of its own where nobody has looked for a while', async () => {
  const world = new World();
  const { port } = await listen('ready');
  world.gateways.push(gatewayOn(port, 'scout'));
  await world.sweep();
  world.now += 10 * everyMs;
  await world.sweep();
  await world.sweep();
  expect(world.told.map(({ text }) => text)).toEqual([
    expect.stringMatching(/Nobody has looked .*11 sweeps were missed/),
  ]);
});

it('raises it also where a sweep does not end', async () => {
  const world = new World();
  world.gateways.push(gatewayOn(1, 'scout'));
  await world.sweep();
  const ports: HealthPorts = { ...world.ports, memory: () => new Map(), probe: () => new Promise(() => {}) };
  let isFirst = true;
  const stuck = {
    ...ports,
    store: {
      ...ports.store,
      list: async () => {
        if (!isFirst) return world.gateways;
        isFirst = false;
        return await new Promise<never>(() => {});
      },
    },
  };
  const health = startHealth(stuck, { everyMs: 20 });
  world.now += everyMs;
  await until(() => world.told.length > 0, { what: 'an alarm' });
  expect(world.told[0]?.text).toContain('Nobody has looked');
  await health.stop();
});

it('sweeps by itself, never two at once, and not after its end', async () => {
  const world = new World();
  const { port } = await listen('ready');
  world.gateways.push(gatewayOn(port, 'scout'));
  const health = startHealth(world.ports, { everyMs: 20 });
  await until(() => world.reports.length >= 3, { what: 'three sweeps' });
  expect(health.latest().map(({ seen }) => seen)).toEqual(['well']);
  const [one, other] = [health.sweepNow(), health.sweepNow()];
  expect(await one).toBe(await other);
  await health.stop();
  const { length } = world.reports;
  await sweep(world.ports, { everyMs });
  expect(world.reports).toHaveLength(length + 1);
});

it('what a process takes is counted with all of its group, whoever leads that', async () => {
  const folder = tempFolder();
  const stat = (pid: number, group: number, pages: number): void => {
    mkdirSync(join(folder, String(pid)));
    const rest = Array.from({ length: 21 }, (_, at) => (at === 2 ? group : at === 1 ? 1 : 0));
    writeFileSync(join(folder, String(pid), 'stat'), `${pid} (a (b) c) S ${rest.slice(1).join(' ')} ${pages} 0`);
  };
  stat(10, 10, 1);
  stat(11, 10, 100);
  stat(12, 12, 7);
  mkdirSync(join(folder, '13'));
  expect(Object.fromEntries(memoryByGroup(folder))).toEqual({ 10: 101 * 4_096, 11: 101 * 4_096, 12: 7 * 4_096 });
  expect(memoryByGroup('/nowhere').size).toBe(0);
  expect(memoryByGroup().get(process.pid)).toBeGreaterThan(10_000_000);
});

it('nobody listens on a port that is free', async () => {
  const { port, server } = await listen('web');
  expect(await listenerOf(port)).toContain(`process ${process.pid}`);
  server.close();
  await once(server, 'close');
  expect(await listenerOf(port)).toBeUndefined();
});

it.each([
  '{"sweptAt":1,"members":null,"untold":[]}',
  '{"sweptAt":1,"members":{},"untold":[null]}',
  '{"sweptAt":1,"members":{"p-scout":{"seen":"well","since":"x"}},"untold":[]}',
  '[]',
  'null',
  '{',
])('a record of sweeps that says %s counts as none, and is mended by the next', async (text) => {
  const world = new World();
  const { port } = await listen('ready');
  world.gateways.push(gatewayOn(port, 'scout'));
  const path = join(tempFolder(), 'health.json');
  writeFileSync(path, text);
  const record = healthFile(path);
  await sweep({ ...world.ports, record }, { everyMs });
  expect(record.load()?.members).toMatchObject({ 'p-scout': { seen: 'well', looks: 1 } });
});
