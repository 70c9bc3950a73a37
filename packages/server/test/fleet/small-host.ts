/** A host for orders to the fleet: everything is there, and services are kept in a table. Runs are recorded as ever. */

import { createGroupCommit, newId, type Database } from '@perdure/db';
import type {
  FoundGateway,
  Difference,
  HostFacts,
  Readiness,
  ServiceKind,
  ServiceManager,
  ServiceSpec,
  ServiceState,
} from '@perdure/fleet';
import { checkArchive } from '@perdure/fleet/desk';
import { createOperator, type ControlDeps } from '@perdure/fleet/control';
import { createFleetStore } from '@perdure/fleet/store';
import type { HubDeps, HubTaskDeps, VaultDeps } from '@perdure/hub/desk';
import type { RunDeskDeps } from '@perdure/runs/desk';
import { removedGateway } from './removed.ts';
import { createQuiet } from '../../src/fleet/quiet.ts';
import { createControlHub } from '../../src/fleet/control-hub.ts';
import { createFleetRuns } from '../../src/fleet/runs.ts';
import { createFleetServing } from '../../src/fleet/serving.ts';

export const hostName = 'small-host';

const facts: HostFacts = {
  name: hostName,
  os: 'linux',
  arch: 'x64',
  accountHome: '/home/ada',
  node: '26.1.0',
  openclaw: { path: '/usr/bin/openclaw', version: '2026.9.6' },
  freeMemoryBytes: 8e9,
  freeDiskBytes: 8e9,
  homes: [],
  isHomeThere: false,
  service: 'supervisor',
  bases: [],
  busyPorts: new Set(),
};

/** What a test changes of it. */
export interface SmallHost {
  facts: HostFacts;
  readonly states: Map<string, ServiceState>;
  /** What somebody set up by hand, by handle and by home. */
  readonly found: Map<string, FoundGateway>;
  /** With which its channel speaks. */
  channelKey: string | undefined;
  /** By entry, what lies there; `2026.9.6` where it is not in here. */
  readonly behind: Map<string, string>;
  /** Of all that a home holds. */
  digest: string;
  readiness: (port: number) => Readiness | Promise<Readiness>;
  /** Of each home. */
  differences: readonly Difference[];
  settingsProblems: readonly string[];
  /** What becomes of a key that is read again. */
  refreshed: 'same' | 'refreshed' | 'none';
  /** What every start, stop, and so on waits for. */
  before: (what: 'start' | 'stop', handle: string) => Promise<void>;
}

export interface SmallHostDeps {
  readonly database: Database;
  readonly hub: HubDeps;
  readonly tasks: HubTaskDeps;
  readonly vault: VaultDeps;
  readonly runs: RunDeskDeps;
  readonly log: (message: string) => void;
}

export async function createSmallHost({ database, hub, tasks, vault, runs, log }: SmallHostDeps) {
  const owner = await hub.store.principals.ensureOwner({ id: 'none', workspaceId: 'none', now: 0 });
  const states = new Map<string, ServiceState>();
  const host: SmallHost = {
    facts,
    states,
    found: new Map(),
    channelKey: undefined,
    behind: new Map(),
    digest: 'as it was',
    readiness: () => ([...states.values()].some(({ kind }) => kind === 'running') ? 'ready' : 'away'),
    differences: [],
    settingsProblems: [],
    refreshed: 'refreshed',
    before: async () => undefined,
  };
  const closing = new AbortController();
  const deps: ControlDeps & { readonly closing: AbortSignal } = {
    store: createFleetStore(database, createGroupCommit(database)),
    hub: createControlHub({ hub, tasks, vault, owner }),
    runs: createFleetRuns(runs),
    host: {
      name: hostName,
      accountHome: facts.accountHome,
      uid: 1_000,
      find: async (named) => host.found.get(named),
      channelKey: async () => host.channelKey,
      scan: async () => [...new Set(host.found.values())],
      detailsOf: async () => ({ digest: host.digest }),
      observe: async () => host.facts,
      program: async ({ openclaw }) =>
        openclaw && { node: '/usr/bin/node', entry: '/o/o.js', version: openclaw.version },
      async release(path) {
        const { openclaw } = host.facts;
        if (openclaw === undefined) return { kind: 'none', why: 'OpenClaw is not on the PATH.' };
        const entry = path ?? '/o/o.js';
        return { kind: 'release', program: { node: '/usr/bin/node', entry, version: openclaw.version } };
      },
      behind: async ({ entry }) => host.behind.get(entry) ?? '2026.9.6',
      sizeOf: async () => 50e6,
      freeBytes: async () => host.facts.freeDiskBytes,
    },
    serviceOf: (kind) => serviceIn(host, kind),
    programOf: () => ({
      readiness: async (port) => await host.readiness(port),
      validate: async () => host.settingsProblems,
      backup: async (home, folder) => `${folder}/${home.split('-').at(-1)}.tar.gz`,
    }),
    lookAtHome: async () => host.differences,
    refreshKey: async () => host.refreshed,
    hubUrl: 'http://127.0.0.1:7373',
    archives: '/archives',
    checkArchive,
    clock: Date.now,
    newId,
    log,
    closing: closing.signal,
  };
  const operator = createOperator(deps);
  const quiet = createQuiet();
  return {
    host,
    deps,
    operator,
    closing,
    removed: async (principalId: string) => await removedGateway(deps.store, principalId),
    quiet,
    serving: createFleetServing({ ...deps, operator, ...quiet }),
  };
}

function serviceIn(host: SmallHost, kind: ServiceKind): ServiceManager {
  const { states } = host;
  const process = { pid: 4_242, startedAt: '1' };
  return {
    kind,
    nameOf: ({ handle }: ServiceSpec) => handle,
    install: async ({ handle }) => void states.set(handle, { kind: 'stopped' }),
    async start({ handle }) {
      await host.before('start', handle);
      states.set(handle, { kind: 'running', process, restarts: 0 });
    },
    async stop({ handle }, { graceMs }) {
      if (graceMs > 0) await host.before('stop', handle);
      states.set(handle, { kind: 'stopped' });
      return 'stopped';
    },
    remove: async ({ handle }) => void states.delete(handle),
    state: async ({ handle }) => states.get(handle) ?? { kind: 'absent' },
    lastLines: async ({ handle }, count) => Array.from({ length: Math.min(count, 3) }, (_, n) => `${handle} ${n}`),
  };
}
