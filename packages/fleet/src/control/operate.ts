/**
 * Starts and stops gateways that are recorded. What is wanted is recorded first, the work goes on behind the
 * answer, and `tend` takes it up where a process died: what is wanted is brought about again.
 */

import type { GatewayRecord } from '../core/gateway.ts';
import { isDown } from '../core/health.ts';
import type { GatewayFacts, Readiness } from '../core/ports.ts';
import { noGateway, refuse, type ControlDeps, type ControlOutcome } from './ports.ts';
import { specOf } from '../core/service-spec.ts';

/** OpenClaw itself lets turns end for 315 s. */
const graceMs = 330_000;
const readyWithinMs = 120_000;
const lookEveryMs = 250;

export type Work = 'starting' | 'stopping' | 'restarting';

/** @throws PerdureError `not_found` where there is no such member */
export async function readyGateway({ store, hub }: ControlDeps, principalId: string): Promise<ControlOutcome> {
  const gateway = await store.get(principalId);
  if (gateway === undefined) return noGateway(await hub.member(principalId));
  if (gateway.status === 'ready') return { kind: 'gateway', gateway };
  return refuse('conflict', `The gateway of ${gateway.handle} is ${gateway.status}; that is for one that is ready.`);
}

export interface Operator {
  start(principalId: string): Promise<ControlOutcome>;
  /** `isNow`: without waiting for what it does. */
  stop(principalId: string, how?: { readonly isNow?: boolean }): Promise<ControlOutcome>;
  restart(principalId: string, how?: { readonly isNow?: boolean }): Promise<ControlOutcome>;
  /** What goes on behind an answer, and is over when it is over. */
  workOn(principalId: string): Work | undefined;
  /** Resolves when nothing goes on any more. */
  settled(): Promise<void>;
}

export function createOperator(deps: ControlDeps & { readonly closing: AbortSignal }): Operator {
  const { store, clock } = deps;
  const going = new Map<string, { readonly work: Work; readonly done: Promise<void> }>();
  /** One after the other for each gateway. */
  const goOn = (gateway: GatewayRecord, work: Work, act: () => Promise<void>): void => {
    const { principalId } = gateway;
    const before = going.get(principalId)?.done ?? Promise.resolve();
    const done = before
      .then(act)
      .catch((error: unknown) => failed(deps, gateway, error))
      .finally(() => {
        if (going.get(principalId)?.done === done) going.delete(principalId);
      });
    going.set(principalId, { work, done });
  };
  const want = async (principalId: string, facts: GatewayFacts): Promise<ControlOutcome> => {
    const found = await readyGateway(deps, principalId);
    if (found.kind === 'refused') return found;
    const noted = await store.note(principalId, { facts, whileIn: 'ready', now: clock() });
    return noted.kind === 'refused' ? refuse('conflict', noted.reason) : noted;
  };
  return {
    async start(principalId) {
      const wanted = await want(principalId, { wanted: 'up' });
      if (wanted.kind === 'gateway') goOn(wanted.gateway, 'starting', async () => await bringUp(deps, wanted.gateway));
      return wanted;
    },
    async stop(principalId, { isNow = false } = {}) {
      const wanted = await want(principalId, { wanted: 'down' });
      if (wanted.kind === 'refused') return wanted;
      const act = async (): Promise<void> => await bringDown(deps, wanted.gateway, isNow ? 0 : graceMs);
      // Not behind a stop that waits: to end that is what is meant.
      if (isNow) await act();
      else goOn(wanted.gateway, 'stopping', act);
      return wanted;
    },
    async restart(principalId, { isNow = false } = {}) {
      const wanted = await want(principalId, { wanted: 'up' });
      if (wanted.kind === 'refused') return wanted;
      goOn(wanted.gateway, 'restarting', async () => {
        const { service } = wanted.gateway;
        await deps
          .serviceOf(service)
          .stop(specOf(wanted.gateway, deps.host.accountHome), { graceMs: isNow ? 0 : graceMs, signal: deps.closing });
        await bringUp(deps, wanted.gateway);
      });
      return wanted;
    },
    workOn: (principalId) => going.get(principalId)?.work,
    settled: async () => {
      await Promise.all([...going.values()].map(async ({ done }) => await done));
    },
  };
}

/**
 * Whether it is still what is wanted, and no run is at work on it: what waits for a gateway to end what it does may
 * wait for minutes, and whoever takes the gateway away, or changes it, does not ask what waits.
 */
async function isStillWanted({ store }: ControlDeps, principalId: string, wanted: 'up' | 'down'): Promise<boolean> {
  const now = await store.get(principalId);
  return now?.status === 'ready' && now.wanted === wanted;
}

/** Running and ready; whoever asked for something else meanwhile is not told otherwise. */
async function bringUp(deps: ControlDeps & { readonly closing: AbortSignal }, gateway: GatewayRecord): Promise<void> {
  const { store, hub, host, serviceOf, programOf, clock, closing } = deps;
  const { principalId, handle, service, port } = gateway;
  const spec = specOf(gateway, host.accountHome);
  const manager = serviceOf(service);
  const { readiness } = programOf(gateway.program);
  const isOff = async (): Promise<boolean> => isDown(await manager.state(spec), service);
  if (await isOff()) await refuseTaken(port, { readiness, isOff });
  if (closing.aborted || !(await isStillWanted(deps, principalId, 'up'))) return;
  await manager.start(spec);
  const until = performance.now() + readyWithinMs;
  for (;;) {
    const answer = await readiness(port);
    const state = await manager.state(spec);
    if (closing.aborted || !(await isStillWanted(deps, principalId, 'up'))) return;
    // A gateway of another account may answer on this port: ours runs, or nothing of ours is ready.
    if (answer === 'ready' && !isDown(state, service)) break;
    if (answer === 'stranger') throw taken(port);
    if (state.kind === 'failed' && state.nextAt === undefined) {
      throw new Error(`it ended with ${state.exitCode ?? state.signal ?? 'no code'} and is not started again`);
    }
    if (performance.now() > until) throw new Error(`it was not ready within ${readyWithinMs / 1_000} s`);
    await pause(lookEveryMs);
  }
  await store.note(principalId, { facts: { problem: null }, whileIn: 'ready', now: clock() });
  await hub.setStatus(principalId, 'online');
  deps.log(`The gateway of ${handle} is ready on port ${port}.`);
}

/** Of a gateway that does not run, and is not started again meanwhile, whoever listens on its port is somebody else. */
async function refuseTaken(
  port: number,
  look: { readonly readiness: (port: number) => Promise<Readiness>; readonly isOff: () => Promise<boolean> },
): Promise<void> {
  if ((await look.readiness(port)) !== 'away' && (await look.isOff())) throw taken(port);
}

const taken = (port: number): Error =>
  new Error(
    `port ${port} is taken by another program, perhaps a gateway of another account: stop that one and start it again, or provision it with another port`,
  );

async function bringDown(
  deps: ControlDeps & { readonly closing: AbortSignal },
  gateway: GatewayRecord,
  grace: number,
): Promise<void> {
  const { store, hub, host, serviceOf, closing, clock } = deps;
  const { principalId, service } = gateway;
  if (!(await isStillWanted(deps, principalId, 'down'))) return;
  await serviceOf(service).stop(specOf(gateway, host.accountHome), { graceMs: grace, signal: closing });
  if (!(await isStillWanted(deps, principalId, 'down'))) return;
  await store.note(principalId, { facts: { problem: null }, whileIn: 'ready', now: clock() });
  await hub.setStatus(principalId, 'stopped');
}

/**
 * What went wrong behind an answer is told by the record, unless a run has begun to work on it: that tells what becomes
 * of it. Never rejects.
 */
async function failed({ store, hub, log, clock }: ControlDeps, gateway: GatewayRecord, error: unknown): Promise<void> {
  const { principalId, handle } = gateway;
  const problem = `The gateway of ${handle}: ${(error as Error).message}. \`perdure family logs ${handle}\` shows what it printed.`;
  log(problem);
  try {
    const noted = await store.note(principalId, { facts: { problem }, whileIn: 'ready', now: clock() });
    if (noted.kind === 'refused') return;
    await hub.setStatus(principalId, 'error');
  } catch (cause) {
    log(`That could not be written down: ${(cause as Error).message}`);
  }
}

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));
