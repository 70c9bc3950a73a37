/**
 * Ids as people type them: a prefix, where it names one run. Runs come newest first and their ids grow with time, so the search ends
 * at the first id below the prefix instead of reading the whole list.
 */

import { PerdureError, runIdSchema, splitStepId } from '@perdure/contract';
import type { Client } from '@perdure/sdk';

/** Runs looked at before a prefix is given up: more than a person remembers a prefix for. */
const searchedPages = 10;

/** The full id for `id`, which may be a prefix and may carry a step key: `019a1b2c-3d4e/planner`. */
export async function resolveRunId(client: Client, id: string): Promise<string> {
  const { runId, stepKey } = splitStepId(id);
  const full = runIdSchema.safeParse(runId).success ? runId : await findByPrefix(client, runId.toLowerCase());
  return stepKey === undefined ? full : `${full}/${stepKey}`;
}

async function findByPrefix(client: Client, prefix: string): Promise<string> {
  if (!/^[0-9a-f-]{4,36}$/.test(prefix)) {
    throw new PerdureError(
      'usage',
      `"${prefix}" is no run id: give at least its first 4 characters, as \`perdure runs list\` shows them.`,
    );
  }
  const found: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < searchedPages; page += 1) {
    const answer = await client.listRuns({ query: { limit: 1000, ...(cursor === undefined ? {} : { cursor }) } });
    found.push(...answer.data.map((run) => run.id).filter((id) => id.startsWith(prefix)));
    const last = answer.data.at(-1);
    cursor = answer.next;
    if (cursor === undefined || last === undefined || last.id.slice(0, prefix.length) < prefix) break;
  }
  return onlyOne(found, prefix);
}

function onlyOne(found: readonly string[], prefix: string): string {
  const [first, second] = found;
  if (first === undefined) {
    throw new PerdureError('not_found', `No run begins with "${prefix}"; \`perdure runs list\` shows what there is.`);
  }
  if (second === undefined) return first;
  throw new PerdureError(
    'conflict',
    `"${prefix}" begins ${found.length} runs, among them ${first} and ${second}: give more of the id.`,
    {
      details: { candidates: found.slice(0, 10) },
    },
  );
}
