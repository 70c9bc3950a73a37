/**
 * What stands in place of a retry where effects were undone: another run that does them again. Asked only where an
 * order is refused.
 */

import { firstUndone } from '@perdure/contract';
import type { RunReader } from './ports.ts';

/** Steps read at a time. */
const pageLength = 1000;

/** Key of the step that was begun first of those that were undone; undefined where nothing was. */
export async function firstUndoneOf(reader: Pick<RunReader, 'listSteps'>, runId: string): Promise<string | undefined> {
  const keys: { readonly key: string }[] = [];
  let cursor: string | undefined;
  do {
    const page = await reader.listSteps(runId, { limit: pageLength, cursor });
    keys.push(...(page?.data ?? []).map(({ key }) => ({ key })));
    cursor = page?.next;
  } while (cursor !== undefined);
  return firstUndone(keys)?.key;
}
