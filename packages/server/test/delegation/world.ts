/**
 * A hub, a record and a real driver of runs on one virtual clock. Servers come and go: each has an instance of what
 * carries errands, and may die at any of its calls to the outside.
 */

import { definePipeline, type DurableContext, type Message, type Principal } from '@perdure/contract';
import { createGroupCommit, newId } from '@perdure/db';
import { createInlineEngine, VirtualClock } from '@perdure/engine/inline';
import type { Waker } from '@perdure/runs';
import { createDelegations } from '@perdure/runs/store';
import { createDriver, createRunJournal, noAgents } from '@perdure/runs/testing';
import { z } from 'zod';
import type { Errand } from '../../src/delegation/errand.ts';
import { errandsOfRuns } from '../../src/delegation/of-runs.ts';
import { Errands } from '../../src/delegation/watch.ts';
import { eventually, type Harness } from '../http/harness.ts';
import { createHubWorld, type HubWorld, type Person } from '../http/hub-world.ts';

export const hour = 3_600_000;

/** Dies before or after its n-th call to the outside, from 1; from then on nothing it does has an effect. */
export interface Death {
  readonly side: 'before' | 'after';
  readonly call: number;
}

export type World = Awaited<ReturnType<typeof createWorld>>;

export async function createWorld(run: (ctx: DurableContext) => Promise<unknown>) {
  const clock = new VirtualClock();
  const engine = createInlineEngine(clock);
  const waker = {
    wake: async (runId: string, options?: { readonly at?: number }) => await engine.wake(runId, options),
  };
  const hubWorld = await createHubWorld({ clock: () => clock.now(), waker });
  const { harness, agent, owner } = hubWorld;
  const { options, database } = harness;
  const driver = driverOf(harness, { clock, waker, run });
  engine.connect((runId) => driver.drive(runId));
  const row = (runId: string) => ({ ...database.sqlite.prepare('SELECT * FROM runs WHERE id = ?').get(runId) });
  const rested = async (runId: string, ...statuses: readonly string[]) =>
    await eventually(`the run is ${statuses.join(' or ')}`, () => statuses.includes(String(row(runId)['status'])));
  const start = async () => {
    const runId = newId();
    await options.intake.start({ id: runId, pipeline: 'hello', input: '{}', actor: 'owner', at: clock.now() });
    await engine.wake(runId);
    await rested(runId, 'waiting', 'completed', 'failed');
    return runId;
  };
  const owned = (await options.hub.store.principals.byHandle('owner')) as Principal;
  const server = serversOf(hubWorld, owned);
  const said = async (channelId: string): Promise<readonly Message[]> =>
    (await owner('GET', `/api/v1/channels/${channelId}/messages?limit=100`)).body.data as readonly Message[];
  const talk = async () => await directTalk(hubWorld, said);
  const reply = async (to: Message, content: string, more: object = {}, by: Person = agent): Promise<Message> => {
    const json = { content, ...more };
    const sent = await by.json('POST', `/api/v1/channels/${to.channelId}/messages`, { json });
    return sent.body.data as Message;
  };
  const events = (runId: string, type: string) =>
    database.sqlite
      .prepare('SELECT data FROM events WHERE run_id = ? AND type = ?')
      .all(runId, type)
      .map(({ data }) => JSON.parse(String(data)) as Record<string, unknown>);
  const advance = async (ms: number): Promise<void> => {
    clock.moveTo(clock.now() + ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    ...hubWorld,
    clock,
    engine,
    options,
    database,
    start,
    rested,
    row,
    server,
    talk,
    said,
    reply,
    events,
    advance,
  };
}

/** Servers that were just started. `errands`: others than those of runs. */
function serversOf({ harness: { options, database } }: HubWorld, owner: Principal) {
  return (death?: Death, errandsOf?: (around: <T extends object>(target: T) => T) => Promise<readonly Errand[]>) => {
    const { around, calls } = mortal(death);
    const hub = { ...options.hub, store: around(options.hub.store) };
    const runs = { ...options, intake: around(options.intake) };
    const delegations = around(createDelegations(database, createGroupCommit(database)));
    const ofRuns = async () => await errandsOfRuns({ runs, delegations });
    const errands = errandsOf === undefined ? ofRuns : async () => await errandsOf(around);
    const carrier = new Errands({ hub, owner, errands, log: () => undefined });
    return {
      look: async () => await carrier.look().catch(() => 'dead'),
      hear: (message: Message) => void carrier.hear({ kind: 'sent', message }),
      calls,
    };
  };
}

/** What the owner and the agent have said to each other alone. */
async function directTalk({ harness, agent }: HubWorld, said: (channelId: string) => Promise<readonly Message[]>) {
  const { store } = harness.options.hub;
  const { data } = await store.channels.list(agent.principal, { cursor: undefined, limit: 100, isAll: false });
  const dm = data.find(({ channel }) => channel.kind === 'dm');
  return dm === undefined ? [] : await said(dm.channel.id);
}

interface DriverParts {
  readonly clock: VirtualClock;
  readonly waker: Waker;
  readonly run: (ctx: DurableContext) => Promise<unknown>;
}

/** The worker's half of it, on a connection of its own. */
function driverOf({ worker, folder }: Harness, { clock, waker, run }: DriverParts) {
  const pipeline = definePipeline({ id: 'hello', description: 'd', input: z.any(), output: z.any(), run });
  return createDriver({
    journal: createRunJournal(worker.database, createGroupCommit(worker.database)),
    waker,
    live: { committed: () => undefined, text: () => undefined },
    clock,
    agents: noAgents,
    pipelines: () => pipeline,
    tools: () => undefined,
    workspace: async () => folder,
    newId,
  });
}

/** What is called through it dies as told. */
function mortal(death: Death | undefined) {
  let calls = 0;
  let isDead = false;
  const around = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(of, name) {
        const value = Reflect.get(of, name) as unknown;
        if (typeof value === 'object' && value !== null) return around(value);
        if (typeof value !== 'function') return value;
        return async (...given: unknown[]) => {
          calls += 1;
          if (calls === death?.call && death.side === 'before') isDead = true;
          if (isDead) throw new Error('dead');
          const result: unknown = await Reflect.apply(value, of, given);
          if (calls === death?.call) isDead = true;
          if (isDead) throw new Error('dead');
          return result;
        };
      },
    });
  return { around, calls: () => calls };
}

interface Filling {
  readonly tag?: string;
  readonly goal?: string;
  readonly role?: string;
  readonly body?: string;
  /** A text stands as it is. */
  readonly json?: unknown;
}

/** The form in a message, filled in as a member would. */
export function filledIn(
  brief: string,
  { tag = 'done', goal = 'complete', role = 'main', body = 'Looked everywhere.', json }: Filling = {},
): string {
  const of = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(brief)?.[1] ?? '';
  const head = [`tag: ${tag}`, `task_id: ${of('task_id')}`, `line: ${of('line')}`, `node: ${of('node')}`];
  const rest = [`goal_status: ${goal}`, `next_role: ${role}`, '', body];
  const fence = json === undefined ? [] : ['```json', typeof json === 'string' ? json : JSON.stringify(json), '```'];
  return [...head, ...rest, ...fence].join('\n');
}
