/**
 * What the runs below a run ask, for a person who watches the run. Its own events say nothing of it, so while a step of
 * it is a run at work it is looked for.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { Run, RunEvent, Wait } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { openWaits } from '../waits/find.ts';
import { stuckBelow } from './below.ts';
import { readBelow } from './read.ts';

const pollMs = 500;

/** What came up below since it was last told. */
export interface NewsBelow {
  readonly waits: readonly Wait[];
  /** Runs that need attention. */
  readonly stuck: readonly Run[];
}

export interface BelowWatch {
  /** Follows which steps are runs at work. */
  readonly see: (event: RunEvent) => void;
  readonly end: () => void;
}

/** Tells each thing once. What cannot be read is told at a later look. */
export function watchBelow(client: Client, runId: string, tell: (news: NewsBelow) => void): BelowWatch {
  /** Ids of runs, by the key of their step. */
  const atWork = new Map<string, string>();
  const told = new Set<string>();
  const over = new AbortController();
  const isNew = (name: string): boolean => told.size < told.add(name).size;

  const look = async (): Promise<void> => {
    const waits = (await openWaits(client, runId)).filter((wait) => wait.runId !== runId);
    const stuck = stuckBelow(await readBelow(client, [...atWork.values()]), waits);
    if (over.signal.aborted) return;
    tell({
      waits: waits.filter(({ id }) => isNew(id)),
      // One that was helped may stop again.
      stuck: stuck.filter(({ id, updatedAt }) => isNew(`${id} ${updatedAt}`)),
    });
  };
  const keepLooking = async (): Promise<void> => {
    for (;;) {
      await delay(pollMs, undefined, { signal: over.signal });
      if (atWork.size > 0) await look().catch(() => undefined);
    }
  };
  keepLooking().catch(() => undefined);

  return {
    see({ type, data }) {
      if (type === 'step.started' && data.kind === 'run') atWork.set(data.key, data.run);
      if (type === 'step.done' || type === 'step.failed') atWork.delete(data.key);
    },
    end: () => over.abort(),
  };
}
