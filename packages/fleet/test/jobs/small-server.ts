/**
 * A server that makes gateways, with all that is real but OpenClaw: the record, the ports of this host, the supervisor,
 * processes, the plugin at a hub.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compact } from '@perdure/contract';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { jobs, planMember, type FleetStore, type GatewayRecord, type JobId } from '@perdure/fleet';
import { createFleetDesk } from '@perdure/fleet/desk';
import { observeHost } from '@perdure/fleet/host';
import { gatewayProgram } from '@perdure/fleet/openclaw';
import { createFleetStore } from '@perdure/fleet/store';
import { quietPorts } from '@perdure/testing';
import { greetingHub, installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { onTestFinished } from 'vitest';
import { busyAmong } from '../../src/host/busy-ports.ts';
import { openKeeper, openSupervisor } from '../../src/service/index.ts';
import { World } from './neighbours.ts';

const plugin = join(import.meta.dirname, '..', '..', '..', '..', 'plugins', 'openclaw');

export interface Place {
  readonly folder: string;
  readonly accountHome: string;
  readonly openclaw: ReturnType<typeof installFakeOpenclaw>;
}

export function openPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-pair-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [accountHome, install] = [join(folder, 'ada'), join(folder, 'install')];
  for (const made of [accountHome, install]) mkdirSync(made);
  return { folder, accountHome, openclaw: installFakeOpenclaw(install) };
}

/** A server of its own: another connection to the same record. */
export async function openServer(
  { folder, accountHome, openclaw }: Place,
  handle: string,
  modelUrl = 'http://127.0.0.1:9/v1',
) {
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
    hub: { ...world.hub, issueKey: async () => ({ keyId, key }), isConnected: () => greeting.isConnected() },
    services: () => supervisor,
    keeper: openKeeper({ managers: {} }),
    program: (program) => gatewayProgram(program, { accountHome }),
    host: { name: 'box', os: 'linux', arch: 'x64', accountHome },
    hubUrl: greeting.url,
    modelServer: () => ({ baseUrl: modelUrl, api: 'openai-completions' }),
    archives: join(folder, 'archives'),
    ships: { plugin, skills: [] },
    busyAmong,
    clock: Date.now,
    steady: () => performance.now(),
    newSecret: () => `token-of-${handle}-for-a-test`,
    pause: async (ms) => await new Promise((resolve) => setTimeout(resolve, ms)),
    patience: { lookMs: 100, readyMs: 200_000 },
    log: () => undefined,
  });
  onTestFinished(async () => {
    await supervisor[Symbol.asyncDispose]();
    await greeting[Symbol.asyncDispose]();
    database.close();
  });
  /** All steps of a job, in order; the first sentence that is no success. */
  const work = async (job: JobId, runId = runIdOf(handle, job)): Promise<string> => {
    const { signal } = new AbortController();
    for (const { id: step } of jobs[job]) {
      const order = { job, step, direction: 'do', principalId: `p-${handle}`, runId } as const;
      const reply = await desk.runStep(order, signal);
      if (reply.kind === 'failed') return `${step}: ${reply.message}`;
    }
    return 'done';
  };
  return { store, work, world };
}

export const runIdOf = (handle: string, job: JobId): string => `01890000-0000-7000-8000-${job.length}${handle}`;

/** In front of those of this test: others try the ports that are chosen on a bare host at the same moment. */
const portsOfOthers = (): readonly number[] => {
  const [first = 0] = quietPorts();
  return Array.from({ length: Math.ceil((first - 18_910) / 100) }, (_one, at) => 18_910 + at * 100);
};

/** As whoever asks for one: a plan of what is there, and another one where somebody was first. */
export async function reserve(
  store: FleetStore,
  handle: string,
  { accountHome, openclaw, port: wantedPort }: Place & { readonly port?: number },
): Promise<GatewayRecord> {
  for (;;) {
    const asked = {
      accountHome,
      searchPath: openclaw.bin,
      runtimeDir: undefined,
      wantedHome: undefined,
      wantedPort,
    };
    const facts = await observeHost(asked);
    const kept = (await store.list({ host: 'box' })).map(({ port }) => port);
    const spec = {
      handle,
      displayName: handle,
      model: 'demo/demo',
      credential: 'unneeded',
      ...compact({ port: wantedPort }),
    } as const;
    const plan = planMember(
      spec,
      { ...facts, freeMemoryBytes: 4e9, bases: [...facts.bases, ...kept, ...portsOfOthers()] },
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
