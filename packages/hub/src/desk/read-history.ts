/** What was said in a channel, page by page, oldest first whichever way it is read. */

import { maxHistory, type History, type Principal } from '@perdure/contract';
import type { Refusal } from '../core/refusal.ts';
import { messageView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';
import { showChannel } from './show-channel.ts';

export interface HistoryRequest {
  readonly channelId: string;
  readonly direction: 'before' | 'after';
  /** A message number; absent: from the newest, or from the first. */
  readonly cursor: number | undefined;
  readonly limit: number;
}

export async function readHistory(
  deps: Pick<HubDeps, 'store' | 'clock' | 'links'>,
  by: Principal,
  { channelId, direction, cursor, limit }: HistoryRequest,
): Promise<{ readonly kind: 'history'; readonly history: History } | Refusal> {
  const shown = await showChannel(deps, by, channelId);
  if (shown.kind === 'refused') return shown;
  const most = Math.min(limit, maxHistory);
  const isBefore = direction === 'before';
  // One more than is given tells whether there is more.
  const range = isBefore ? { before: cursor, limit: most + 1 } : { after: cursor ?? 0, limit: most + 1 };
  const found = await deps.store.messages.read(channelId, range);
  const given = isBefore ? found.slice(-most) : found.slice(0, most);
  const data = given.map((stored) => messageView(stored, deps));
  const last = isBefore ? data[0] : data.at(-1);
  const pagination = { hasMore: found.length > most, nextCursor: last?.seq ?? null };
  return { kind: 'history', history: { data, pagination } };
}
