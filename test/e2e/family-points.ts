/**
 * Every boundary of every step by which an agent is made, taken back or taken away, and whether what is left after
 * something of ours died there is an agent that is online, or nothing.
 */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { jobs, type JobId } from '@perdure/fleet';
import { compact, type FamilyGateway } from '@perdure/contract';
import { until } from '@perdure/testing';
import { readIfAny, type FamilyHost } from './family-host.ts';
import { StepGate, type StepPoint } from './step-gate.ts';
import type { Victim } from './system.ts';

export const victims = ['server', 'worker', 'all'] as const satisfies readonly Victim[];

/** What is going on when it happens: a provisioning, one whose gateway does not come up, a removal. */
export type Story = 'made' | 'taken back' | 'taken away';

export interface CrashPoint extends StepPoint {
  readonly story: Story;
  readonly victim: (typeof victims)[number];
}

export const allPoints = (): readonly CrashPoint[] => [
  ...pointsOf('made', 'provision-agent', 'do'),
  ...pointsOf('taken back', 'provision-agent', 'undo'),
  ...pointsOf('taken away', 'deprovision-agent', 'do'),
];

const pointsOf = (story: Story, job: JobId, direction: StepPoint['direction']): readonly CrashPoint[] =>
  jobs[job]
    .filter(({ hasUndo }) => direction === 'do' || hasUndo)
    .flatMap(({ id }) =>
      (['before', 'after'] as const).flatMap((side) =>
        victims.map((victim) => ({ story, job, step: id, direction, side, victim })),
      ),
    );

export const nameOf = ({ story, direction, step, side, victim }: CrashPoint): string =>
  `${story}: ${victim} killed ${side} ${direction === 'undo' ? 'the undo of ' : ''}${step}`;

export interface Scene {
  readonly host: FamilyHost;
  readonly familyId: string;
  /** From its next start on a gateway of this handle ends at once. */
  readonly spoil: (handle: string) => void;
  /** For its gateway; absent: one is chosen. */
  readonly port?: number | undefined;
}

const wanted: Readonly<Record<Story, FamilyGateway['status']>> = {
  made: 'ready',
  'taken back': 'failed',
  'taken away': 'removed',
};
const withinMs = 90_000;

/** What is wrong in the end; nothing: all of it is there, or nothing is. */
export async function dieAt({ host, familyId, spoil, port }: Scene, handle: string, point: CrashPoint) {
  const { story, victim } = point;
  const { system } = host;
  const make = async () => await order({ host, familyId, port }, handle);
  if (story === 'taken back') spoil(handle);
  if (story === 'taken away') {
    await make();
    await over(host, handle, 'ready');
  }
  await using gate = await StepGate.open(system.paths, point, () => void system.kill(victim));
  if (story === 'taken away') {
    const { principalId } = await host.status(handle);
    await system.client.orderGateway({ params: { familyId, principalId, order: 'deprovision' }, body: {} });
  } else await make();
  await gate.happened;
  if (victim === 'all') await system.up();
  else await system.allUp(withinMs);
  const gateway = await over(host, handle, wanted[story]);
  const faults = story === 'made' ? await faultsOfOne(host, gateway) : await faultsOfNone(host, gateway);
  return gateway.status === wanted[story] ? faults : [`it is ${gateway.status}: ${gateway.problem}`, ...faults];
}

async function order({ host, familyId, port }: Omit<Scene, 'spoil'>, handle: string): Promise<void> {
  const made = { handle, model: 'demo/demo', credential: 'unneeded', service: 'supervisor' } as const;
  const body = { ...made, ...compact({ gatewayPort: port }) };
  await host.system.client.addFamilyMember({ params: { familyId }, body });
}

async function over(host: FamilyHost, handle: string, status: FamilyGateway['status']): Promise<FamilyGateway> {
  const ends = ['ready', 'failed', 'removed'];
  return await until(
    async () => {
      // Of a removal one that is ready was taken back, which has ended when its run has.
      const seen = await host.status(handle).catch(() => undefined);
      const isOver = seen?.run !== undefined && host.system.statusOf(seen.run.id) !== undefined && isEnded(host, seen);
      return seen !== undefined && (seen.status === status || ends.includes(seen.status)) && isOver ? seen : undefined;
    },
    { withinMs, what: `${handle} is ${status}`, everyMs: 100 },
  );
}

const isEnded = ({ system }: FamilyHost, { run }: FamilyGateway): boolean =>
  ['completed', 'failed', 'cancelled'].includes(system.statusOf(run?.id ?? '') ?? '');

const homeOf = (host: FamilyHost, handle: string): string => join(host.accountHome, `.openclaw-${handle}`);

function processesOf(host: FamilyHost, handle: string): readonly string[] {
  return host.processes().flatMap((pid) => {
    const environment = readIfAny(`/proc/${pid}/environ`).split('\0');
    return environment.includes(`OPENCLAW_STATE_DIR=${homeOf(host, handle)}`)
      ? [readIfAny(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')]
      : [];
  });
}

async function openKeys({ system }: FamilyHost, { principalId }: FamilyGateway): Promise<number> {
  const { data } = await system.client.listKeys({ params: { principalId } });
  return data.filter(({ revokedAt }) => revokedAt === undefined).length;
}

async function faultsOfOne(host: FamilyHost, gateway: FamilyGateway): Promise<readonly string[]> {
  const { handle, process, readiness } = gateway;
  const gateways = processesOf(host, handle).filter(
    (words) => words.includes('gateway run') && !words.includes('keeper'),
  );
  return said({
    readiness: [readiness, 'ready'],
    process: [process.state, 'running'],
    restarts: [process.restarts, 0],
    gateways: [gateways.length, 1],
    'open keys': [await openKeys(host, gateway), 1],
  });
}

async function faultsOfNone(host: FamilyHost, gateway: FamilyGateway): Promise<readonly string[]> {
  const { handle, archive } = gateway;
  const left = readdirSync(host.accountHome).filter(
    (name) => name === `.openclaw-${handle}` || name.startsWith('.perdure-'),
  );
  return said({
    processes: [processesOf(host, handle).join('; '), ''],
    homes: [left.join(), ''],
    service: [existsSync(join(host.system.paths.run, 'fleet', handle)), false],
    'open keys': [await openKeys(host, gateway), 0],
    archive: [archive !== undefined && existsSync(archive), gateway.status === 'removed' || archive !== undefined],
  });
}

function said(seen: Readonly<Record<string, readonly [unknown, unknown]>>): readonly string[] {
  return Object.entries(seen).flatMap(([what, [found, should]]) =>
    found === should ? [] : [`${what}: ${String(found)}, not ${String(should)}`],
  );
}
