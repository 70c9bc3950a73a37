/** All gateways are looked at side by side, each for so long and no longer. */

import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayRecord } from '../core/gateway.ts';
import { seenOf, type Look } from '../core/health.ts';
import type { HealthPorts } from './ports.ts';

/** A thousand in 30 s, though some hang: 999 that answered and one that hung took 3 s on two cores. */
const atOnce = 64;
const timeoutMs = 3_000;

/** One gateway as it was seen. */
export interface SeenGateway extends Look {
  readonly gateway: GatewayRecord;
  readonly seen: ReturnType<typeof seenOf>;
  readonly httpStatus?: number;
  readonly latencyMs?: number;
  readonly memoryBytes?: number;
  readonly restarts?: number;
}

type LookPorts = Pick<HealthPorts, 'service' | 'probe' | 'hub' | 'memory'>;

export async function lookAtAll(gateways: readonly GatewayRecord[], ports: LookPorts): Promise<readonly SeenGateway[]> {
  const memory = ports.memory();
  const seen: SeenGateway[] = [];
  const left = gateways.values();
  const worker = async (): Promise<void> => {
    for (const gateway of left) seen.push(await lookAt(gateway, ports, { memory }));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return seen;
}

async function lookAt(
  gateway: GatewayRecord,
  { service, probe, hub }: LookPorts,
  { memory }: { readonly memory: ReadonlyMap<number, number> },
): Promise<SeenGateway> {
  const [state, probed] = await Promise.all([inTime(service(gateway)), inTime(probe(gateway.port, { timeoutMs }))]);
  const look: Look = {
    readiness: probed?.readiness ?? 'not_ready',
    service: state,
    isConnected: hub.isConnected(gateway.principalId),
  };
  const memoryBytes = state?.kind === 'running' ? memory.get(state.process.pid) : undefined;
  return {
    ...look,
    gateway,
    seen: seenOf(gateway, look),
    ...(probed?.httpStatus !== undefined && { httpStatus: probed.httpStatus }),
    ...(probed !== undefined && { latencyMs: probed.latencyMs }),
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(state !== undefined && 'restarts' in state && { restarts: state.restarts }),
  };
}

/** Undefined: it failed, or took too long. Who hangs keeps nobody else waiting. */
export async function inTime<T>(asked: Promise<T>, withinMs = timeoutMs + 500): Promise<T | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([
      asked.catch(() => undefined),
      delay(withinMs, undefined, { signal: over.signal }).catch(() => undefined),
    ]);
  } finally {
    over.abort();
  }
}
