/**
 * Run ids as people type them. Runs come newest first and their ids grow with time, so the search for a prefix ends at
 * the first id below it instead of reading the whole list.
 */

import { compact, runIdSchema, type RunSummary, splitStepId } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { checkedPrefix, onlyOne, type IdKind } from './id-prefix.ts';

const runs: IdKind = { noun: 'run', listing: 'perdure runs list' };

/** Runs looked at before a prefix is given up: more than a person remembers a prefix for. */
const searchedPages = 10;

/** The full id for `id`, which may be a prefix and may carry a step key: `019a1b2c-3d4e/planner`. */
export async function resolveRunId(client: Client, id: string): Promise<string> {
  const { runId, stepKey } = splitStepId(id);
  const full = runIdSchema.safeParse(runId).success ? runId : await findByPrefix(client, checkedPrefix(runId, runs));
  return stepKey === undefined ? full : `${full}/${stepKey}`;
}

async function findByPrefix(client: Client, prefix: string): Promise<string> {
  const found: RunSummary[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < searchedPages; page += 1) {
    const answer = await client.listRuns({ query: { limit: 1000, ...compact({ cursor }) } });
    found.push(...answer.data.filter(({ id }) => id.startsWith(prefix)));
    const last = answer.data.at(-1);
    cursor = answer.next;
    if (cursor === undefined || last === undefined || last.id.slice(0, prefix.length) < prefix) break;
  }
  return onlyOne(found, prefix, runs).id;
}
