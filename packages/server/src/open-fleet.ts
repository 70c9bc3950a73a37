/**
 * Joins the fleet of this host: gateways that are kept running, orders to them over HTTP and by tasks of the hub, and
 * what a server that died has left of these.
 */

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { messageOf, type Principal } from '@perdure/contract';
import { newId, type Database, type GroupCommit } from '@perdure/db';
import type { FleetHub, GatewayProgram, RunnerKeeper } from '@perdure/fleet';
import { createOperator, createUpgradeSteps, tend, type ControlDeps, type Operator } from '@perdure/fleet/control';
import {
  checkArchive,
  createFleetDesk,
  createKeyWatch,
  createToolWatch,
  lookAtHome,
  type FleetDesk,
} from '@perdure/fleet/desk';
import { busyAmong, osOfHost, serviceOfHost } from '@perdure/fleet/host';
import { endCommands, gatewayProgram } from '@perdure/fleet/openclaw';
import { superviseGateways } from '@perdure/fleet/service';
import { createFleetStore } from '@perdure/fleet/store';
import { fleetSocket, type HomePaths } from '@perdure/home';
import type { HubDeps, HubTaskDeps, VaultDeps } from '@perdure/hub/desk';
import type { RunDeskDeps } from '@perdure/runs/desk';
import { createFleetAddresses, demoServer, hubUrlOf } from './fleet-addresses.ts';
import { createMadeOf, type MadeOf } from './fleet-made-of.ts';
import { openServices } from './fleet-services.ts';
import { createControlHub } from './fleet/control-hub.ts';
import { openHealth } from './fleet/health.ts';
import { createFleetHost, homeOfAccount } from './fleet/host.ts';
import { createFleetHub } from './fleet/hub.ts';
import { createQuiet } from './fleet/quiet.ts';
import { createFleetRuns } from './fleet/runs.ts';
import { createFleetServing } from './fleet/serving.ts';
import { lookAtTasks, type Settled } from './fleet/task-orders.ts';
import type { FleetServing } from './http/ports.ts';
import { lookAgain, type Looking } from './look-again.ts';
import { serveSteps, type StepDesk } from './serve-steps.ts';

export interface OpenFleetDeps {
  readonly database: Database;
  readonly group: GroupCommit;
  readonly paths: HomePaths;
  readonly hub: HubDeps;
  readonly hubTasks: HubTaskDeps;
  readonly vault: VaultDeps;
  readonly runs: RunDeskDeps;
  readonly env: NodeJS.ProcessEnv;
  /** Of the server, where gateways reach the hub. */
  readonly port: number;
  /** The demo model is a server of ours, which OpenClaw does not know by its name. */
  readonly model: { readonly kind: 'demo' | 'configured' };
  readonly log: (message: string) => void;
}

export interface OpenFleet {
  readonly fleet: FleetServing;
  /** Gateways go on without us. */
  close(): Promise<void>;
}

const programsFor = (accountHome: string) => (program: GatewayProgram) => gatewayProgram(program, { accountHome });

const steady = (): number => performance.now();

/** Between two looks at tasks, and at what was left. */
const everyMs = 2_000;

export async function openFleet(deps: OpenFleetDeps): Promise<OpenFleet> {
  const { database, group, paths, hub, hubTasks, vault, log } = deps;
  const owner = await hub.store.principals.ensureOwner({
    id: newId(),
    workspaceId: newId(),
    now: hub.clock(),
  });
  const words = createFleetHub({ hub, tasks: hubTasks, vault, owner });
  const closing = new AbortController();
  const host = createFleetHost({ accountHome: homeOfAccount(), env: deps.env, node: process.execPath });
  const [os, accountHome] = [osOfHost(), host.accountHome];
  const facts = { os, arch: arch(), accountHome, service: serviceOfHost(os, deps.env['XDG_RUNTIME_DIR']) };
  const archives = join(paths.root, 'archives');
  mkdirSync(archives, { recursive: true, mode: 0o700 });
  const services = openServices({ folder: join(paths.run, 'fleet'), facts, env: deps.env, log });
  const madeOf = createMadeOf({
    ...deps,
    root: paths.root,
    words,
    catalogue: deps.runs.catalogue,
    host: { ...facts, name: host.name },
  });
  const control: ControlDeps & { readonly closing: AbortSignal } = {
    store: createFleetStore(database, group),
    hub: createControlHub({ hub, tasks: hubTasks, vault, owner }),
    runs: createFleetRuns(deps.runs),
    host,
    serviceOf: (kind) => services.of(kind),
    programOf: programsFor(accountHome),
    lookAtHome: async (gateway, { isFresh }) => {
      await madeOf.refresh();
      return await lookAtHome(madeOf.deps, { gateway, isFresh });
    },
    refreshKey: async (principalId) => await desk.refreshKey(principalId, { isForced: true }),
    hubUrl: hubUrlOf(deps.port),
    archives,
    checkArchive,
    clock: hub.clock,
    newId,
    log,
    closing: closing.signal,
  };
  const desk = deskOf({ control, keeper: services.keeper, madeOf, log });
  const operator = createOperator(control);
  const quiet = createQuiet();
  const fleet = createFleetServing({ ...control, ...quiet, operator });
  const parts = { ...deps, control, desk, operator, owner, words, fleet, isBusy: quiet.isNeeded };
  await endLeftCommands(control);
  const steps = await serveSteps({ path: fleetSocket(paths), desk: stepDeskOf(parts) });
  services.watch();
  const supervision = superviseGateways({
    gateways: gatewaysOf(control),
    get: async (principalId) => await control.store.get(principalId),
    managers: services.managers,
    accountHome,
    log,
  });
  const health = watchHealth(parts);
  const looking = [lookAfter(parts), lookAtKeys(parts)];
  return {
    fleet,
    async close() {
      closing.abort();
      await Promise.all([...looking.map((one) => one.stop()), health.stop(), steps.close(), supervision.end()]);
      await services.close();
    },
  };
}

const gatewaysOf =
  ({ store, host }: ControlDeps) =>
  async () =>
    await store.list({ host: host.name });

function watchHealth({ control, paths, words, hub, owner, log }: Parts): ReturnType<typeof openHealth> {
  const { store, host, serviceOf } = control;
  const { name, accountHome } = host;
  return openHealth({
    store,
    host: name,
    accountHome,
    root: paths.root,
    serviceOf,
    programOf: programsFor(accountHome),
    words,
    hub,
    owner,
    log,
  });
}

/** Of a server that was killed: nobody waits for them, and nobody else limits their time. */
async function endLeftCommands({ store, host, log }: ControlDeps): Promise<void> {
  try {
    await endCommands((await store.list({ host: host.name })).map(({ home }) => home));
  } catch (error) {
    log(`Commands of OpenClaw that were left could not be ended: ${messageOf(error)}`);
  }
}

interface Parts extends OpenFleetDeps {
  readonly control: ControlDeps;
  readonly desk: FleetDesk;
  readonly operator: Operator;
  readonly owner: Principal;
  readonly words: FleetHub;
  readonly fleet: FleetServing;
  readonly isBusy: () => boolean;
}

/** What does the steps of runs. */
function stepDeskOf({ control, desk, words }: Parts): StepDesk {
  const upgrades = createUpgradeSteps({ ...control, words, pause });
  return {
    runStep: async (order, signal) =>
      order.job === 'upgrade-family' ? await upgrades.runStep(order, signal) : await desk.runStep(order, signal),
  };
}

interface DeskParts extends Pick<Parts, 'control' | 'log'> {
  readonly madeOf: MadeOf;
  readonly keeper: RunnerKeeper;
}

function deskOf({ control, keeper, madeOf, log }: DeskParts): FleetDesk {
  const { store, host, serviceOf, archives, clock } = control;
  const desk = createFleetDesk({
    ...madeOf.deps,
    store,
    services: serviceOf,
    keeper,
    program: programsFor(host.accountHome),
    archives,
    busyAmong,
    clock,
    steady,
    newSecret: () => randomBytes(32).toString('base64url'),
    pause,
    log,
  });
  const runStep: FleetDesk['runStep'] = async (order, signal) => {
    await madeOf.refresh();
    return await desk.runStep(order, signal);
  };
  return { ...desk, runStep };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/** At tasks, and at what was left. */
function lookAfter(deps: Parts): Looking {
  const { hub, hubTasks: tasks, log, control, desk, operator, owner, words, fleet, isBusy, port, model, runs } = deps;
  const demo = model.kind === 'demo' ? async () => demoServer(await runs.catalogue.read()) : undefined;
  const addresses = createFleetAddresses({ store: control.store, host: control.host.name, port, demo, log });
  const tools = createToolWatch({
    gateways: gatewaysOf(control),
    hub: words,
    ensure: async (principalId) => await desk.ensureTools(principalId),
    log,
  });
  const settled: Settled = new Map();
  const look = async (): Promise<string> => {
    try {
      await addresses.look();
      await tend(control, operator);
      await tools.look();
      if (isBusy()) return '';
      const store = control.store;
      return (await lookAtTasks({ hub, tasks, owner, fleet, store, words }, settled)).join('\n');
    } catch (error) {
      return `The fleet could not be looked after: ${messageOf(error)}`;
    }
  };
  return lookAgain({ look, everyMs, log });
}

/** Beside the other: to have a gateway read its key takes seconds. */
function lookAtKeys({ control, desk, words, log }: Parts): Looking {
  const watch = createKeyWatch({
    gateways: gatewaysOf(control),
    hub: words,
    refresh: async (principalId) => await desk.refreshKey(principalId),
    steady,
    log,
  });
  const look = async (): Promise<string> =>
    await watch.look().then(
      () => '',
      (error: unknown) => `Keys of models could not be looked at: ${messageOf(error)}`,
    );
  return lookAgain({ look, everyMs, log });
}
