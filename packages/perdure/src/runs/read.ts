/**
 * What the server has recorded of a run, and of those below it: one that has completed hides nothing, so it is not
 * looked into.
 */

import { isFinished, type Run, type Step } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../client/all-pages.ts';
import { openChildren, type RunBelow } from './below.ts';

/** A run by its full id. */
export async function readRun(client: Client, id: string): Promise<Run> {
  const { data } = await client.getRun({ params: { id } });
  return data as Run;
}

/** The runs `ids` and every run below them that has not completed, each before those below it. */
export async function readBelow(client: Client, ids: readonly string[]): Promise<readonly RunBelow[]> {
  const found: RunBelow[] = [];
  for (const id of ids) {
    const run = await readRun(client, id);
    const steps = isFinished(run.status) ? [] : await readSteps(client, id);
    found.push({ run, steps }, ...(await readBelow(client, openChildren(steps))));
  }
  return found;
}

/** All steps of a run, in the order in which they were begun. */
export async function readSteps(client: Client, id: string): Promise<readonly Step[]> {
  return await allPages((query) => client.listSteps({ params: { id }, query }));
}
