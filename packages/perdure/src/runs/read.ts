/**
 * Reads the runs below a run: those that its steps have started, and theirs. One that has completed hides nothing and
 * is not read.
 */

import { isFinished, type TypedStep } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { childOf, type RunBelow } from './view-below.ts';
import { allPages } from '../client/all-pages.ts';
import { readRun } from './follow.ts';

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

/** Ids of the runs that `steps` have started and that have not completed. */
export function openChildren(steps: readonly TypedStep[]): readonly string[] {
  return steps.flatMap((step) => (step.status === 'done' ? [] : (childOf(step) ?? [])));
}

/** All steps of a run, in the order in which they were begun. */
export async function readSteps(client: Client, id: string): Promise<readonly TypedStep[]> {
  return await allPages((query) => client.listSteps({ params: { id }, query }));
}
