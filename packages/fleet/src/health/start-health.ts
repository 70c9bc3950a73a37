/** Sweeps, one after another, for as long as the server runs, and a second pair of eyes that sees where none come. */

import { gapWords, sweep, type SweepOptions } from './sweep-members.ts';
import { inTime, type SeenGateway } from './look.ts';
import type { HealthPorts } from './ports.ts';

export interface Health {
  /** What was seen last. */
  readonly latest: () => readonly SeenGateway[];
  /** One more sweep, now; with the one that is under way where there is one. */
  readonly sweepNow: () => Promise<readonly SeenGateway[]>;
  /** No sweep begins any more. One that waits for a gateway is not waited for: what it would tell is told next time. */
  readonly stop: () => Promise<void>;
}

export const defaultEveryMs = 60_000;
/** A sweep takes 3 s at most, but for one that asks a gateway for the cause. */
const patienceMs = 4_000;

export function startHealth(ports: HealthPorts, { everyMs = defaultEveryMs }: Partial<SweepOptions> = {}): Health {
  const startedAt = ports.clock();
  let latest: readonly SeenGateway[] = [];
  let underWay: Promise<readonly SeenGateway[]> | undefined;
  const sweepNow = (): Promise<readonly SeenGateway[]> => (underWay ??= sweepOnce());
  async function sweepOnce(): Promise<readonly SeenGateway[]> {
    try {
      latest = await sweep(ports, { everyMs });
    } catch (error) {
      ports.onProblem(`A sweep over the members failed: ${(error as Error).message}`);
    } finally {
      underWay = undefined;
    }
    return latest;
  }
  // One that takes longer than its interval is not begun a second time.
  const sweeps = setInterval(() => void sweepNow(), everyMs);
  const watch = setInterval(() => void alarmOnce(), everyMs);
  const told = new Set<string>();
  /** Of a sweep that does not end nobody would hear: this needs nothing but the hub. */
  async function alarmOnce(): Promise<void> {
    try {
      const gateways = (await ports.store.list({ host: ports.host })).filter(({ status }) => status === 'ready');
      const record = ports.record.load() ?? { sweptAt: startedAt };
      const words = gapWords(record, gateways, { now: ports.clock(), everyMs });
      for (const { principalId, id, text, intent } of words.filter((one) => !told.has(one.id))) {
        ports.onProblem(text);
        await ports.hub.tell(principalId, { id, text, intent });
        told.add(id);
      }
    } catch (error) {
      ports.onProblem(`That sweeps are missed could not be told: ${(error as Error).message}`);
    }
  }
  void sweepNow();
  return {
    latest: () => latest,
    sweepNow,
    async stop() {
      clearInterval(sweeps);
      clearInterval(watch);
      if (underWay !== undefined) await inTime(underWay, patienceMs);
    },
  };
}
