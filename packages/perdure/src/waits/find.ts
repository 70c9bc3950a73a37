/**
 * Ids of questions as people type them. Open ones are meant first; an answered one is found too, so that its answer can
 * be told.
 */

import { compact, runIdSchema, type Wait } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../client/all-pages.ts';
import { checkedPrefix, onlyOne, type IdKind } from '../client/id-prefix.ts';

const questions: IdKind = { noun: 'question', listing: 'perdure waits' };

/** What is known of a question that is to be answered. */
export type WaitFacts = Pick<Wait, 'id'> & Partial<Wait>;

/** The question that `given` names. A full id that no list shows is left for the server to judge. */
export async function findWait(client: Client, given: string): Promise<WaitFacts> {
  const prefix = checkedPrefix(given, questions);
  const open = await waitsThatBegin(client, prefix, 'false');
  if (open.length > 0) return onlyOne(open, prefix, questions);
  if (runIdSchema.safeParse(prefix).success) return { id: prefix };
  return onlyOne(await waitsThatBegin(client, prefix, 'true'), prefix, questions);
}

/** The question that `given` names, with all that is known of it. */
export async function readWait(client: Client, given: string): Promise<Wait> {
  const prefix = checkedPrefix(given, questions);
  const open = await waitsThatBegin(client, prefix, 'false');
  return onlyOne(open.length > 0 ? open : await waitsThatBegin(client, prefix, 'true'), prefix, questions);
}

/** The open questions of a run and of those below it, oldest first. What was delegated is asked of no person. */
export async function openWaits(client: Client, runId: string): Promise<readonly Wait[]> {
  const open = await allPages((page) => client.listWaits({ query: { ...page, run: runId } }));
  return open.filter(({ purpose }) => purpose !== 'delegation');
}

/** Those that were answered. */
export async function answeredWaits(client: Client, runId: string): Promise<readonly Wait[]> {
  return await allPages((page) => client.listWaits({ query: { ...page, run: runId, answered: 'true' } }));
}

/** Pages looked at before a prefix is given up. */
const searchedPages = 10;

async function waitsThatBegin(client: Client, prefix: string, answered: 'true' | 'false'): Promise<Wait[]> {
  const found: Wait[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < searchedPages; page += 1) {
    const query = { limit: 1000, answered, ...compact({ cursor }) };
    const { data, next } = await client.listWaits({ query });
    found.push(...data.filter(({ id }) => id.startsWith(prefix)));
    cursor = next;
    if (cursor === undefined) break;
  }
  return found;
}
