/**
 * A hub, service managers and a program that remember what was done to them, and nothing else: they outlive whoever
 * talks to them, as the real ones do. Homes, archives and records are real.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import JSON5 from 'json5';
import { PerdureError, type MemberStatus } from '@perdure/contract';
import type { FleetHub, GatewayProgramPort, ServiceManager, ServiceSpec, ServiceState } from '@perdure/fleet';
import { TheirWorld } from './theirs-world.ts';

export class World {
  readonly statuses = new Map<string, MemberStatus>();
  readonly keys = new Map<string, string>();
  readonly vaults = new Map<string, 'open' | 'archived'>();
  /** What lies in vaults, by its reference. */
  readonly values = new Map<string, string>();
  readonly said = new Map<string, { readonly to: string; readonly intent: string; readonly text: string }>();
  readonly activities = new Map<string, { readonly taskId: string; readonly type: string; readonly message: string }>();
  readonly closed = new Set<string>();
  /** What somebody else set up. */
  readonly theirs: TheirWorld = new TheirWorld(this);
  readonly installed = new Map<string, ServiceSpec>();
  /** By home. */
  readonly processes = new Map<string, { readonly pid: number; readonly port: number; readonly key: string }>();
  /** Homes for which somebody asks something just now. */
  readonly commands = new Set<string>();
  readonly busy = new Set<number>();
  /** How the next gateways that start are. */
  nature:
    | 'well'
    | 'dies'
    | 'wrong'
    | 'never ready'
    | 'no plugin'
    | 'stranger'
    | 'no key'
    | 'untold'
    | 'no channel'
    | 'mute'
    | 'refused'
    | 'of before' = 'well';
  /** Who has no key for its model once it runs with the other release. */
  sick: string | undefined;
  /** The other release: a file that is there, and that nobody runs. */
  readonly release = { node: '/usr/bin/node', entry: import.meta.filename, version: '2026.10.1' };
  displayName = 'The scout';
  /** Who leads the family. */
  lead: string | undefined;
  /** How often a gateway has no moment for a question. */
  busyAnswers = 0;
  /** As it lies in its vault; without a version it is gone. */
  modelKey: { readonly value: string; readonly version: number | undefined } = {
    value: 'canary-model-key',
    version: 1,
  };
  /** Homes whose secrets were read again, each with the key of its model then. */
  readonly reloaded: string[] = [];
  #pids = 100;
  #keys = 0;

  readonly hub: FleetHub = {
    facts: async (principalId) => ({
      familyId: 'f',
      handle: principalId.replace(/^p-/, ''),
      displayName: this.displayName,
      principalId,
      workspaceId: 'w',
      family: { name: 'Main', lead: 'Ada', siblings: [] },
      human: { name: 'Ada', handle: 'ada', principalId: 'p-ada', notes: this.displayName },
      channels: { dm: 'c1', onboarding: 'c2' },
    }),
    issueKey: async (principalId) => {
      const key = `sk_canary_${(this.#keys += 1)}`;
      this.keys.set(principalId, key);
      return { keyId: `k${this.#keys}`, key };
    },
    revokeKeys: async (principalId) => void this.keys.delete(principalId),
    opensWith: async (principalId, key) => this.keys.get(principalId) === key,
    ensureVault: async (principalId) => {
      if (!this.vaults.has(`v-${principalId}`)) this.vaults.set(`v-${principalId}`, 'open');
      return `v-${principalId}`;
    },
    archiveVault: async (vaultId) => void this.vaults.set(vaultId, 'archived'),
    keepModelKey: async (principalId, { provider, key }) => {
      this.values.set(`v-${principalId}/${provider}/key`, key);
      return `v-${principalId}/${provider}/key`;
    },
    secret: async (reference) => this.values.get(reference) ?? this.modelKey.value,
    secretVersion: async () => this.modelKey.version,
    setStatus: async (principalId, status) => {
      if (this.statuses.get(principalId) !== 'deprovisioned') this.statuses.set(principalId, status);
    },
    welcomeBack: async (principalId) => {
      if (this.statuses.get(principalId) === 'deprovisioned') this.statuses.set(principalId, 'provisioning');
    },
    tell: async (to, { id, intent, text }) => void (this.said.has(id) || this.said.set(id, { to, intent, text })),
    activity: async (taskId, { id, type, message }) =>
      void (this.activities.has(id) || this.activities.set(id, { taskId, type, message })),
    closeTask: async (taskId) => void this.closed.add(taskId),
    leadOf: async () => this.lead,
    isConnected: (principalId, keyId) => {
      if (this.nature === 'no plugin' || this.nature === 'no channel') return false;
      const key = this.keys.get(principalId);
      if (keyId !== undefined && key !== `sk_canary_${keyId.slice(1)}`) return false;
      return key !== undefined && [...this.processes.values()].some((one) => one.key === key);
    },
  };

  readonly manager: ServiceManager = {
    kind: 'supervisor',
    nameOf: ({ handle }) => `service ${handle}`,
    install: async (spec) => {
      const rival = [...this.installed.values()].find(
        ({ handle, home }) => handle === spec.handle && home !== spec.home,
      );
      if (rival !== undefined) throw new PerdureError('conflict', 'Another service is called so.');
      this.installed.set(spec.home, spec);
    },
    start: async (spec) => {
      if (!this.installed.has(spec.home)) throw new PerdureError('conflict', 'It is not installed.');
      if (this.processes.has(spec.home) || this.nature === 'dies' || this.nature === 'wrong') return;
      const { hub } = JSON.parse(readFileSync(join(spec.home, 'secrets.json'), 'utf8')) as { readonly hub: string };
      this.processes.set(spec.home, { pid: (this.#pids += 1), port: spec.port, key: hub });
    },
    stop: async (spec) => (this.processes.delete(spec.home), 'stopped'),
    remove: async (spec) => {
      this.processes.delete(spec.home);
      this.installed.delete(spec.home);
    },
    state: async (spec): Promise<ServiceState> => {
      const running = this.processes.get(spec.home);
      if (running !== undefined) {
        return { kind: 'running', process: { pid: running.pid, startedAt: '1' }, restarts: 0 };
      }
      if (!this.installed.has(spec.home)) return { kind: 'absent' };
      return this.nature === 'dies' || this.nature === 'wrong'
        ? { kind: 'failed', exitCode: 78, restarts: 0 }
        : { kind: 'stopped' };
    },
    lastLines: async (spec) => {
      const secrets = existsSync(join(spec.home, 'secrets.json'))
        ? readFileSync(join(spec.home, 'secrets.json'), 'utf8')
        : '';
      return ['bad configuration', `with ${secrets}`];
    },
  };

  readonly program: GatewayProgramPort = {
    validate: async (home) => {
      if (this.nature === 'wrong') return ['Unrecognized key: "colour"'];
      const { channels } = JSON5.parse(readFileSync(join(home, 'openclaw.json'), 'utf8')) as {
        readonly channels?: object;
      };
      const plugin = existsSync(join(home, 'extensions', 'sesame', 'index.js'));
      const isFound = channels !== undefined && plugin && this.nature !== 'no plugin';
      return isFound ? [] : ['plugins.entries.sesame: plugin not found: sesame'];
    },
    modelAccess: async (home) => {
      if ((this.busyAnswers -= 1) >= 0) return { kind: 'silent' };
      if (this.nature === 'no key' || this.#isSick(home)) return { kind: 'unusable', provider: 'anthropic' };
      return { kind: this.nature === 'untold' ? 'untold' : 'usable' };
    },
    runningVersion: async (port) => {
      const [home = ''] = [...this.processes].find(([, one]) => one.port === port) ?? [];
      if (this.nature === 'of before') return '2026.9.6';
      return this.installed.get(home)?.program.entry === this.release.entry ? this.release.version : '2026.9.6';
    },
    readiness: async (port) => {
      if (this.nature === 'stranger') return 'stranger';
      const isThere = [...this.processes.values()].some((one) => one.port === port);
      if (!isThere) return 'away';
      return this.nature === 'never ready' ? 'starting' : 'ready';
    },
    health: async (home) => ({
      isPluginLoaded: this.nature !== 'no plugin',
      isChannelRunning: this.nature !== 'no channel',
      isModelTold: this.nature !== 'untold',
      missingProviders: this.nature === 'no key' || this.#isSick(home) ? ['anthropic'] : [],
      problems: this.nature === 'no channel' ? ['The hub refuses its key: provision the agent again.'] : [],
    }),
    ask: async () => {
      if (this.nature === 'refused') throw new PerdureError('unavailable', 'It took no turn (HTTP 401).');
      return this.nature === 'mute' ? ' ' : 'hello';
    },
    backup: async () => '',
    reload: async (home) => {
      if (this.nature === 'never ready') throw new PerdureError('unreachable', 'It does not answer.');
      const { model } = JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8')) as { readonly model: string };
      this.reloaded.push(model);
    },
    endCommands: async (home) => void this.commands.delete(home),
  };

  #isSick(home: string): boolean {
    const isOther = this.installed.get(home)?.program.entry === this.release.entry;
    return isOther && this.sick !== undefined && home.endsWith(`-${this.sick}`);
  }

  readonly busyAmong = async (ports: readonly number[]): Promise<readonly number[]> =>
    ports.filter((port) => this.busy.has(port) || [...this.processes.values()].some((one) => one.port === port));
}
