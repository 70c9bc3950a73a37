/** Orders to the host of a trial: what they need of a hub, of runs and of the host, as the trial has it. */

import { readdirSync } from 'node:fs';
import type { HostFacts } from '@perdure/fleet';
import type { ControlDeps } from '@perdure/fleet/control';
import { checkArchive } from '@perdure/fleet/desk';
import type { Trial } from './trial.ts';

export interface Keys {
  /** Behind which a value still is. */
  readonly there?: readonly string[];
  readonly shared?: string;
}

export function controlOf(trial: Trial, { there = ['v/i/f'], shared }: Keys = {}): ControlDeps {
  const { world, store, accountHome, archives, clock } = trial;
  const facts = (): HostFacts => ({
    name: 'box',
    os: 'linux',
    arch: 'x64',
    accountHome,
    node: '26.1.0',
    openclaw: { path: '/usr/bin/openclaw', version: '2026.9.6' },
    freeMemoryBytes: 8e9,
    freeDiskBytes: 8e9,
    homes: readdirSync(accountHome),
    isHomeThere: false,
    service: 'supervisor',
    bases: [],
    busyPorts: world.busy,
  });
  return {
    store,
    hub: {
      member: async (principalId) => ({
        principalId,
        familyId: 'f',
        handle: principalId.replace(/^p-/, ''),
        displayName: 'The scout',
        status: world.statuses.get(principalId) ?? 'pending',
        host: 'box',
      }),
      resolve: async (_by, reference) => reference,
      keepModelKey: async () => 'v/new/key',
      familyKey: async () => shared,
      hasValue: async (reference) => there.includes(reference),
      setStatus: async () => undefined,
      agentOf: async () => undefined,
      takeIn: async (_familyId, { handle }) => ({ principalId: `p-${handle}`, handle }),
      family: async () => ({ name: 'main' }),
      openTasks: async () => 0,
    },
    lookAtHome: async () => [],
    refreshKey: async () => 'none',
    runs: trial.runs,
    host: {
      name: 'box',
      accountHome,
      uid: 1_000,
      find: async () => undefined,
      channelKey: async () => undefined,
      scan: async () => [],
      detailsOf: async () => ({ digest: '' }),
      observe: async () => facts(),
      program: async () => ({ node: '/usr/bin/node', entry: '/o/o.js', version: '2026.9.6' }),
      release: async () => ({ kind: 'release', program: world.release }),
      behind: async ({ entry }) => (entry === world.release.entry ? world.release.version : '2026.9.6'),
      sizeOf: async () => 1,
      freeBytes: async () => 8e9,
    },
    serviceOf: () => world.manager,
    programOf: () => world.program,
    hubUrl: 'http://127.0.0.1:7373',
    archives,
    checkArchive,
    clock: () => clock.now(),
    newId: () => trial.runs.newId(),
    log: () => undefined,
  };
}
