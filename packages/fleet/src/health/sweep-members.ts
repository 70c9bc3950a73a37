/**
 * One sweep: all gateways of this host are looked at, what has changed is told to their families, and each family gets
 * a snapshot. What is to be told is written down first: whoever dies in between tells it next time, under the same id.
 */

import type { GatewayRecord } from '../core/gateway.ts';
import { remember, statusOf, type HealthChange, type MemberMemory } from '../core/health.ts';
import { tellChange, type Causes } from '../core/health-words.ts';
import { gapIn, tellGap } from '../core/missed-sweeps.ts';
import { inTime, lookAtAll, type SeenGateway } from './look.ts';
import type { HealthPorts, HealthRecord, SnapshotMember, Untold } from './ports.ts';

/** A gateway that is asked itself costs seconds of a core: of many that fall ill at once, the first are. */
const askedThemselves = 3;
const askMs = 30_000;
const lines = 5;

export interface SweepOptions {
  readonly everyMs: number;
}

export async function sweep(ports: HealthPorts, { everyMs }: SweepOptions): Promise<readonly SeenGateway[]> {
  const before = ports.record.load();
  const gateways = (await ports.store.list({ host: ports.host })).filter(({ status }) => status === 'ready');
  const seen = await lookAtAll(gateways, ports);
  const now = ports.clock();
  const members: Record<string, MemberMemory> = {};
  const changed: { readonly one: SeenGateway; readonly change: HealthChange }[] = [];
  for (const one of seen) {
    const { principalId } = one.gateway;
    const { memory, change } = remember(before?.members[principalId], one.seen, now);
    members[principalId] = memory;
    if (change !== undefined) changed.push({ one, change });
  }
  // Of one that was taken away meanwhile there is nothing left to tell.
  const left = (before?.untold ?? []).filter(({ principalId }) => members[principalId] !== undefined);
  const untold = [...left, ...gapWords(before, gateways, { now, everyMs })];
  for (const [at, { one, change }] of changed.entries()) {
    const text = tellChange(one.gateway, change, await causesOf(one, ports, { isAsked: at < askedThemselves }));
    const { principalId } = one.gateway;
    const isBad = change.to !== 'well' && change.to !== 'down' && change.to !== 'apart';
    const id = `health-${principalId}-${change.to}-${change.since}`;
    untold.push({ principalId, id, text, intent: isBad ? 'error' : 'chat', status: statusOf[change.to] });
  }
  const record = { sweptAt: now, members, untold };
  ports.record.save(record);
  await tellAll(ports, record);
  await reportAll(ports, seen, now);
  return seen;
}

/** Once for each family, by a member of it. */
export function gapWords(
  record: Pick<HealthRecord, 'sweptAt'> | undefined,
  gateways: readonly GatewayRecord[],
  { now, everyMs }: { readonly now: number; readonly everyMs: number },
): readonly Untold[] {
  const gap = record === undefined ? undefined : gapIn(record.sweptAt, { now, everyMs });
  if (gap === undefined) return [];
  const families = Map.groupBy(gateways, ({ familyId }) => familyId);
  return [...families].flatMap(([familyId, [first]]) =>
    first === undefined
      ? []
      : [
          {
            principalId: first.principalId,
            id: `sweeps-${familyId}-${gap.since}`,
            text: tellGap(gap),
            intent: 'error',
          },
        ],
  );
}

async function causesOf(
  { gateway, service, seen }: SeenGateway,
  ports: HealthPorts,
  { isAsked }: { readonly isAsked: boolean },
): Promise<Causes> {
  if (seen === 'well' || seen === 'down' || seen === 'apart') return { service, lines: [], problems: [] };
  const isIll = seen === 'deaf' || seen === 'unready';
  // It may be on its way out by now: nothing is begun for a home that is being put away.
  const mayAnswer = isAsked && isIll && (await ports.store.get(gateway.principalId))?.status === 'ready';
  const [told, health, listener] = await Promise.all([
    inTime(ports.lastLines(gateway, lines)),
    mayAnswer ? inTime(ports.program(gateway).health(gateway.home, { timeoutMs: askMs }), askMs + 1_000) : undefined,
    seen === 'stranger' ? inTime(ports.listener(gateway.port)) : undefined,
  ]);
  return { service, lines: told ?? [], problems: health?.problems ?? [], ...(listener !== undefined && { listener }) };
}

/** What could not be told is told with the next sweep. */
async function tellAll({ hub, record, onProblem }: HealthPorts, written: HealthRecord): Promise<void> {
  if (written.untold.length === 0) return;
  const left: Untold[] = [];
  for (const one of written.untold) {
    const { principalId, id, text, intent, status } = one;
    try {
      if (status !== undefined) await hub.setStatus(principalId, status);
      await hub.tell(principalId, { id, text, intent });
    } catch (error) {
      left.push(one);
      onProblem(`What changed with ${principalId} could not be told: ${(error as Error).message}`);
    }
  }
  record.save({ ...written, untold: left });
}

async function reportAll(
  { hub, host, onProblem }: HealthPorts,
  seen: readonly SeenGateway[],
  now: number,
): Promise<void> {
  for (const [familyId, of] of Map.groupBy(seen, ({ gateway }) => gateway.familyId)) {
    try {
      await hub.report(familyId, { takenAt: now, host, members: of.map(memberOf) });
    } catch (error) {
      onProblem(`The health of family ${familyId} could not be reported: ${(error as Error).message}`);
    }
  }
}

function memberOf({ gateway, seen, readiness, httpStatus, latencyMs }: SeenGateway): SnapshotMember {
  const { principalId, handle, port } = gateway;
  return {
    principalId,
    handle,
    port,
    gateway: readiness === 'away' || readiness === 'stranger' ? 'down' : 'up',
    ...(httpStatus !== undefined && { httpStatus }),
    ...(latencyMs !== undefined && { latencyMs }),
    sesame: seen,
  };
}
