/** A job as a real run on a real record, asked of a desk whose server, and whose worker, may die at any moment. */

import { join } from 'node:path';
import { createGroupCommit, LockBudget, openDatabase, type Database } from '@perdure/db';
import { createInlineEngine, VirtualClock } from '@perdure/engine/inline';
import {
  changeOf,
  readOrder,
  readReply,
  type FleetStore,
  type GatewayChange,
  type JobId,
  type NewGateway,
  type StepOrder,
  type StepReply,
  type UpgradeOrder,
} from '@perdure/fleet';
import { createUpgradeSteps, tend, type UpgradeSteps } from '@perdure/fleet/control';
import { createFleetDesk, lookAtHome, type FleetDesk, type FleetDeskDeps } from '@perdure/fleet/desk';
import { fleetPipelines } from '@perdure/fleet/pipelines';
import { createFleetStore } from '@perdure/fleet/store';
import { createDriver, noAgents } from '@perdure/runs/testing';
import { until } from '@perdure/testing';
import { newGateway } from '../../src/store/conformance.ts';
import { controlOf } from './control.ts';
import { Faults, type Fault } from './faults.ts';
import { World } from './neighbours.ts';
import { TrialDisk } from './trial-disk.ts';
import { TrialRuns } from './trial-runs.ts';

const nobody = { stop: async () => await Promise.reject(new Error('nobody stops it')), workOn: () => undefined };

export interface TrialOptions {
  readonly fault?: Fault;
  /** Whose calls are counted, and fail: those of steps on a gateway, which is usual, or of those on a family. */
  readonly faultsOf?: 'gateway' | 'family';
  /** Before or after which asking of a step something happens to the run, from 1. */
  readonly asking?: { readonly at: number; readonly side: 'before' | 'after'; readonly what: 'worker dies' | 'cancel' };
  readonly world?: World;
  /** Where homes and archives are; absent: beside the record. */
  readonly disk?: { readonly folder: string };
  /** What the clock of the wall says, which somebody may set; absent: the same. */
  readonly wall?: (steady: number) => number;
  /** Before each step of the run, which waits for it. */
  readonly onAsk?: (order: StepOrder | UpgradeOrder, signal: AbortSignal) => void | Promise<void>;
}

interface Server {
  readonly desk: FleetDesk;
  readonly upgrades: UpgradeSteps;
  readonly life: { isDead: boolean; readonly died: PromiseWithResolvers<void> };
}

const heard = async (signal: AbortSignal) =>
  await until(() => signal.aborted, { what: 'the run hears of the cancel', everyMs: 1 });

export class Trial implements AsyncDisposable {
  readonly world: World;
  readonly disk: TrialDisk;
  readonly accountHome: string;
  readonly archives: string;
  readonly store: FleetStore;
  readonly faults: Faults;
  readonly clock = new VirtualClock();
  readonly runs: TrialRuns;
  asked = 0;
  readonly #options: TrialOptions;
  #engine = createInlineEngine(this.clock);
  #server: Server | undefined;
  #secrets = 0;

  static async open(options: TrialOptions = {}): Promise<Trial> {
    const disk = await TrialDisk.open(options.disk?.folder);
    return new Trial(disk, await openDatabase({ path: disk.record }), options);
  }

  private constructor(disk: TrialDisk, database: Database, options: TrialOptions) {
    this.disk = disk;
    this.accountHome = disk.accountHome;
    this.archives = disk.archives;
    this.#options = options;
    this.world = options.world ?? new World();
    const group = createGroupCommit(database, { budget: new LockBudget({ burstMs: Infinity }) });
    this.store = createFleetStore(database, group);
    this.runs = new TrialRuns({ database, group, clock: this.clock, wake: (runId) => void this.#engine.wake(runId) });
    this.faults = new Faults(options.fault, () => this.startServer());
    this.startServer();
    this.startWorker();
  }

  /** One that was there before is dead. */
  startServer(): void {
    const before = this.#server?.life;
    const life: Server['life'] = { isDead: false, died: Promise.withResolvers() };
    const counted = <T extends object>(of: T, name: string) => this.faults.around(of, name, () => life.isDead);
    const dying = <T extends object>(of: T) => new Faults(undefined, () => undefined).around(of, '', () => life.isDead);
    const isFamily = this.#options.faultsOf === 'family';
    const ofFamily = isFamily ? counted : dying;
    const upgrades = createUpgradeSteps({
      ...controlOf(this),
      store: ofFamily(this.store, 'store'),
      runs: dying(this.runs),
      words: ofFamily(this.world.hub, 'hub'),
      pause: this.#pause,
    });
    this.#server = { desk: this.#deskOf(isFamily ? dying : counted), upgrades, life };
    if (before === undefined) return;
    before.isDead = true;
    before.died.resolve();
  }

  #deskOf(around: <T extends object>(of: T, name: string) => T): FleetDesk {
    const { world } = this;
    return createFleetDesk({
      store: around(this.store, 'store'),
      hub: around(world.hub, 'hub'),
      services: (kind) => around(kind === 'its_own' ? world.theirs.manager : world.manager, 'service'),
      keeper: around(world.theirs.keeper, 'keeper'),
      program: () => around(world.program, 'program'),
      ...this.#made(),
      archives: this.archives,
      busyAmong: world.busyAmong,
      clock: () => this.#wall(),
      steady: () => this.clock.now(),
      newSecret: () => `canary-gateway-token-${(this.#secrets += 1)}`,
      pause: this.#pause,
      log: () => undefined,
    });
  }

  readonly #pause = async (ms: number, signal: AbortSignal): Promise<void> => {
    await new Promise<void>((resolve) => {
      if (signal.aborted) return resolve();
      const cancel = this.clock.after(ms, resolve);
      signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  };

  #made(): Pick<FleetDeskDeps, 'host' | 'hubUrl' | 'modelServer' | 'ships'> {
    return {
      host: { name: 'box', os: 'linux', arch: 'x64', accountHome: this.accountHome },
      hubUrl: 'http://127.0.0.1:7373',
      modelServer: () => undefined,
      ships: this.disk.ships,
    };
  }

  /** What differs in the home of the scout from what it is to be. */
  async look(isFresh = false) {
    const gateway = await this.store.get('p-scout');
    if (gateway === undefined) throw new Error('There is none.');
    return await lookAtHome({ ...this.#made(), hub: this.world.hub }, { gateway, isFresh });
  }

  async refreshKey(how: { readonly isForced?: boolean } = {}) {
    return await (this.#server as Server).desk.refreshKey('p-scout', how);
  }

  async ensureTools(principalId: string): Promise<void> {
    await (this.#server as Server).desk.ensureTools(principalId);
  }

  startWorker(): void {
    this.#engine = createInlineEngine(this.clock);
    const engine = this.#engine;
    const isAlive = () => this.#engine === engine;
    const ask = async (order: StepOrder | UpgradeOrder, signal: AbortSignal) => await this.#ask(order, signal, isAlive);
    const pipelines = new Map(fleetPipelines(ask).map((one) => [one.id, one]));
    const driver = createDriver({
      journal: this.runs.journal,
      waker: { wake: (runId, options) => this.#engine.wake(runId, options) },
      live: { committed: () => undefined, text: () => undefined },
      clock: this.clock,
      agents: noAgents,
      pipelines: (id) => pipelines.get(id),
      tools: () => undefined,
      workspace: async () => this.disk.workspace,
      newId: () => this.runs.newId(),
    });
    engine.connect((runId) => driver.drive(runId));
  }

  /** As the client of the worker: a server that dies is asked again when it is back. */
  async #ask(order: StepOrder | UpgradeOrder, signal: AbortSignal, isAlive: () => boolean): Promise<StepReply> {
    this.asked += 1;
    const { asking } = this.#options;
    const isHere = asking?.at === this.asked ? asking : undefined;
    if (isHere?.side === 'before') await this.#happen(isHere.what, order.runId, signal);
    if (!isAlive()) return await new Promise(() => undefined);
    await this.#options.onAsk?.(order, signal);
    const sent = readOrder(JSON.stringify(order)) as StepOrder | UpgradeOrder;
    let reply: StepReply | undefined;
    while (reply === undefined) {
      const { desk, upgrades, life } = this.#server as Server;
      const done = sent.job === 'upgrade-family' ? upgrades.runStep(sent, signal) : desk.runStep(sent, signal);
      reply = await Promise.race([done, life.died.promise.then(() => undefined)]);
    }
    if (isHere?.side === 'after') await this.#happen(isHere.what, order.runId, signal);
    if (!isAlive()) return await new Promise(() => undefined);
    return readReply(JSON.stringify(reply)) as StepReply;
  }

  async #happen(what: 'worker dies' | 'cancel', runId: string, signal: AbortSignal): Promise<void> {
    if (what === 'worker dies') this.startWorker();
    else await this.runs.cancel(this.runs.upgrade ?? runId);
    // As the sweep of the record does.
    for (const id of this.runs.unfinished()) void this.#engine.wake(id);
    if (what === 'cancel') await heard(signal);
  }

  /** Cancelled while a step of it is asked for, whose signal this is: it has heard of it, before the step begins. */
  async cancelAtStep(runId: string, signal: AbortSignal): Promise<void> {
    await this.runs.cancel(runId);
    await heard(signal);
  }

  #wall(): number {
    const now = this.clock.now();
    return this.#options.wall?.(now) ?? now;
  }

  /** Recorded as whoever asks for it does; the run, at its end. */
  async provision(more: Partial<NewGateway> = {}) {
    const runId = this.runs.newId();
    const asked = this.gateway({ runId, taskId: 't1', wanted: 'down', now: this.clock.now(), ...more });
    const outcome = await this.store.open(asked, 'provision');
    if (outcome.kind === 'refused') throw new Error(outcome.reason);
    return await this.run('provision-agent', asked.principalId, runId);
  }

  gateway(more: Partial<NewGateway> = {}): NewGateway {
    const { handle = 'scout' } = more;
    return newGateway({
      home: join(this.accountHome, `.openclaw-${handle}`),
      credential: { kind: 'vault', reference: 'v/i/f' },
      ...more,
    });
  }

  async deprovision(principalId = 'p-scout') {
    const runId = this.runs.newId();
    const outcome = await this.store.move(principalId, { action: 'remove', runId, now: this.clock.now() });
    if (outcome.kind === 'refused') throw new Error(outcome.reason);
    return await this.run('deprovision-agent', principalId, runId);
  }

  /** Recorded as whoever asks for it does; the run, at its end. */
  async change(asked: Omit<GatewayChange, 'before'>, principalId = 'p-scout') {
    const gateway = await this.store.get(principalId);
    if (gateway === undefined) throw new Error('There is none.');
    const runId = this.runs.newId();
    const facts = { change: changeOf(gateway, asked) };
    const outcome = await this.store.move(principalId, { action: 'change', facts, runId, now: this.clock.now() });
    if (outcome.kind === 'refused') throw new Error(outcome.reason);
    return await this.run('change-agent', principalId, runId);
  }

  async run(job: JobId, principalId: string, runId: string) {
    await this.runs.start(job, principalId, runId);
    return await this.finished(runId);
  }

  async finished(runId: string) {
    let quiet = 0;
    return await until(
      async () => {
        for (let turns = 0; turns < 10; turns += 1) await new Promise((resolve) => setImmediate(resolve));
        const end = this.runs.endOf(runId);
        if (end !== undefined) return end;
        // Time passes where nobody works, and for who waits with a clock.
        quiet += 1;
        // What a server that died has recorded, and not begun.
        if (quiet % 5 === 0) await tend(controlOf(this), nobody);
        const next = this.clock.nextAt;
        if (quiet > 2 && next !== undefined) this.clock.moveTo(next);
        return undefined;
      },
      { what: `run ${runId} has ended`, withinMs: 60_000, everyMs: 1 },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server !== undefined) this.#server.life.isDead = true;
    this.runs.close();
    this.disk[Symbol.dispose]();
  }
}
