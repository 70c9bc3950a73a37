/**
 * What tests of runs share beside the harness: the shortest pipeline, work that takes its time, and what several nouns
 * meet.
 */

import { definePipeline, defineTool, type DurableContext } from '@perdure/contract';
import { z } from 'zod';
import { sweepAges, sweepOnce } from '../src/drive/sweep.ts';
import { createSweepStore } from '../src/store/sweep-store.ts';
import type { Harness } from './harness.ts';

/** A pipeline that is its function: takes anything, returns anything. */
export const pipeline = (run: (ctx: DurableContext) => Promise<unknown>, id = 'subject') =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });

/** A tool that may run once; `calls` gets its id at each call, and it declines where `run` says so. */
export const onceTool = (id: string, calls: string[], run: () => boolean = () => true) =>
  defineTool({
    id,
    description: 'd',
    input: z.any(),
    output: z.any(),
    effect: 'once',
    run: async () => {
      calls.push(id);
      return run() ? { success: true as const, data: 1 } : { success: false as const, errorMessage: 'declined' };
    },
  });

/** Work of so many virtual milliseconds. */
export const takes = (harness: Harness, ms: number) =>
  new Promise((resolve) => harness.clock.after(ms, () => resolve('done')));

/** Id of the question that the run asked first, or of a later one; answered ones count. */
export const waitOf = (harness: Harness, runId: string, index = 0) =>
  String(
    harness.database.sqlite.prepare('SELECT id FROM waits WHERE run_id = ? ORDER BY id').all(runId)[index]?.['id'],
  );

/** All questions of all runs. */
export const waitIds = (harness: Harness): readonly string[] =>
  harness.database.sqlite
    .prepare('SELECT id FROM waits ORDER BY id')
    .all()
    .map((row) => String(row['id']));

/**
 * Answers the two questions there are; the drive that the first one wakes has begun when the second lands, and has not
 * looked at it.
 */
export async function answerBoth(harness: Harness, runId: string, answer: unknown): Promise<void> {
  const [first = '', second = ''] = waitIds(harness);
  const given = { answer: JSON.stringify(answer), actor: 'o', at: harness.clock.now() };
  await harness.intake.answer({ ...given, waitId: first });
  const driving = harness.engine.wake(runId);
  const landing = harness.intake.answer({ ...given, waitId: second });
  await driving;
  await landing;
  await harness.engine.wake(runId);
}

/** What a sweep would wake now. */
export async function runsToWake(harness: Harness): Promise<readonly string[]> {
  const now = harness.clock.now();
  const ages = { silentSince: now - sweepAges.silent, overdueSince: now - sweepAges.overdue };
  return await createSweepStore(harness.database).runsToWake(ages);
}

export async function sweep({ database, engine, clock }: Harness): Promise<void> {
  const store = createSweepStore(database);
  await sweepOnce({ store, waker: engine, clock, holder: 'server', log: () => undefined });
}
