/**
 * Two servers that make a gateway each at the same moment, with all that is real but OpenClaw: the record, the ports of
 * this host, the supervisor, processes, the plugin at a hub.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { jobs, planMember, type FleetStore, type GatewayRecord, type JobId } from '@perdure/fleet';
import { createFleetDesk } from '@perdure/fleet/desk';
import { observeHost } from '@perdure/fleet/host';
import { gatewayProgram } from '@perdure/fleet/openclaw';
import { createFleetStore } from '@perdure/fleet/store';
import { greetingHub, installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { describe, expect, it, onTestFinished } from 'vitest';
import { busyAmong } from '../../src/host/busy-ports.ts';
import { openSupervisor } from '../../src/service/index.ts';
import { World } from './neighbours.ts';

const plugin = join(import.meta.dirname, '..', '..', '..', '..', 'plugins', 'openclaw');
/** More are made where somebody wants to know: each pair takes seconds. */
const pairs = Number(process.env['PERDURE_TEST_PAIRS'] ?? 2);

interface Place {
  readonly folder: string;
  readonly accountHome: string;
  readonly openclaw: ReturnType<typeof installFakeOpenclaw>;
}

function openPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-pair-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [accountHome, install] = [join(folder, 'ada'), join(folder, 'install')];
  for (const made of [accountHome, install]) mkdirSync(made);
  return { folder, accountHome, openclaw: installFakeOpenclaw(install) };
}

/** A server of its own: another connection to the same record. */
async function openServer({ folder, accountHome, openclaw }: Place, handle: string) {
  const database = await openDatabase({ path: join(folder, 'perdure.db') });
  const world = new World();
  const { keyId, key } = await world.hub.issueKey(`p-${handle}`);
  const greeting = await greetingHub(key);
  const supervisor = openSupervisor({
    folder: join(folder, 'fleet'),
    readiness: (port) => gatewayProgram(openclaw, { accountHome }).readiness(port),
    log: () => undefined,
    everyMs: 50,
    pollMs: 10,
  });
  const store = createFleetStore(database, createGroupCommit(database));
  const desk = createFleetDesk({
    store,
    hub: { ...world.hub, issueKey: async () => ({ keyId, key }), isConnected: () => true },
    services: () => supervisor,
    program: (program) => gatewayProgram(program, { accountHome }),
    host: { name: 'box', os: 'linux', arch: 'x64', accountHome },
    hubUrl: greeting.url,
    modelServer: () => ({ baseUrl: 'http://127.0.0.1:9/v1', api: 'openai-completions' }),
    archives: join(folder, 'archives'),
    ships: { plugin, skills: [] },
    busyAmong,
    clock: Date.now,
    newSecret: () => `token-of-${handle}-for-a-test`,
    pause: async (ms) => await new Promise((resolve) => setTimeout(resolve, ms)),
    patience: { lookMs: 100, readyMs: 60_000 },
    log: () => undefined,
  });
  onTestFinished(async () => {
    await supervisor[Symbol.asyncDispose]();
    await greeting[Symbol.asyncDispose]();
    database.close();
  });
  /** All steps of a job, in order; the first sentence that is no success. */
  const work = async (job: JobId): Promise<string> => {
    const { signal } = new AbortController();
    for (const { id: step } of jobs[job]) {
      const order = { job, step, direction: 'do', principalId: `p-${handle}`, runId: runIdOf(handle, job) } as const;
      const reply = await desk.runStep(order, signal);
      if (reply.kind === 'failed') return `${step}: ${reply.message}`;
    }
    return 'done';
  };
  return { store, work, world };
}

const runIdOf = (handle: string, job: JobId): string => `01890000-0000-7000-8000-${job.length}${handle}`;

/** As whoever asks for one: a plan of what is there, and another one where somebody was first. */
async function reserve(store: FleetStore, handle: string, { accountHome, openclaw }: Place): Promise<GatewayRecord> {
  for (;;) {
    const asked = {
      accountHome,
      searchPath: openclaw.bin,
      runtimeDir: undefined,
      wantedHome: undefined,
      wantedPort: undefined,
    };
    const facts = await observeHost(asked);
    const kept = (await store.list({ host: 'box' })).map(({ port }) => port);
    const spec = { handle, displayName: handle, model: 'demo/demo', credential: 'unneeded' } as const;
    const plan = planMember(
      spec,
      { ...facts, freeMemoryBytes: 4e9, bases: [...facts.bases, ...kept] },
      { service: 'supervisor' },
    );
    if (plan.kind !== 'plan') throw new Error(JSON.stringify(plan.checks));
    const { home, port, service } = plan;
    const { node, entry, version } = openclaw;
    const whose = {
      principalId: `p-${handle}`,
      familyId: 'f',
      handle,
      host: 'box',
      runId: runIdOf(handle, 'provision-agent'),
    };
    const what = { program: { node, entry, version }, model: 'demo/demo', credential: { kind: 'unneeded' } } as const;
    const opened = await store.open(
      { ...whose, ...what, home, port, service, wanted: 'down', now: Date.now() },
      'provision',
    );
    if (opened.kind === 'gateway') return opened.gateway;
  }
}

describe('two gateways that are made at the same moment by two servers', () => {
  it.each(Array.from({ length: pairs }, (_one, at) => at))(
    'have all of their own, and leave nothing (%i)',
    { timeout: 180_000 },
    async () => {
      const place = openPlace();
      const handles = ['scout', 'ranger'];
      const servers = await Promise.all(
        handles.map(async (handle) => ({ handle, ...(await openServer(place, handle)) })),
      );
      const records = await Promise.all(servers.map(async ({ store, handle }) => await reserve(store, handle, place)));
      const [one, other] = records.map(({ port }) => port) as [number, number];
      expect(Math.abs(one - other)).toBeGreaterThan(110);
      expect(await Promise.all(servers.map(async ({ work }) => await work('provision-agent')))).toEqual([
        'done',
        'done',
      ]);
      expect(readdirSync(place.accountHome).toSorted()).toEqual(['.openclaw-ranger', '.openclaw-scout']);
      const program = gatewayProgram(place.openclaw, { accountHome: place.accountHome });
      expect(await Promise.all(records.map(({ port }) => program.readiness(port)))).toEqual(['ready', 'ready']);
      for (const { store, handle } of servers) {
        const principalId = `p-${handle}`;
        expect(await store.get(principalId)).toMatchObject({ status: 'ready', wanted: 'up' });
        await store.move(principalId, {
          action: 'remove',
          runId: runIdOf(handle, 'deprovision-agent'),
          now: Date.now(),
        });
      }
      expect(await Promise.all(servers.map(async ({ work }) => await work('deprovision-agent')))).toEqual([
        'done',
        'done',
      ]);
      expect(readdirSync(place.accountHome)).toEqual([]);
      expect(readdirSync(join(place.folder, 'archives'))).toHaveLength(2);
      expect(await Promise.all(records.map(({ port }) => program.readiness(port)))).toEqual(['away', 'away']);
      expect(await busyAmong([one, other])).toEqual([]);
    },
  );
});
