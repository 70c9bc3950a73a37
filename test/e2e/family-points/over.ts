/** Waiting until what was going on is over. */

import type { FamilyGateway } from '@perdure/contract';
import { until } from '@perdure/testing';
import type { FamilyHost } from '../family-host.ts';

export const withinMs = 90_000;

const states: readonly string[] = ['ready', 'failed', 'removed'];

/** The gateway, when nothing is at work on it any more. */
export async function over(host: FamilyHost, handle: string): Promise<FamilyGateway> {
  return await until(
    async () => {
      // Of a removal one that is ready was taken back, which has ended when its run has.
      const seen = await host.status(handle).catch(() => undefined);
      return seen !== undefined && states.includes(seen.status) && isOver(host, seen.run?.id) ? seen : undefined;
    },
    { withinMs, what: `nothing is at work on ${handle}`, everyMs: 100 },
  );
}

const ends: readonly string[] = ['completed', 'failed', 'cancelled'];

export const isOver = ({ system }: FamilyHost, runId = ''): boolean => ends.includes(system.statusOf(runId) ?? '');
