/** The inbox of a run as its rows tell it: orders that a drive follows, and texts for its agents. */

import type { OrdersTable } from '@perdure/db';
import type { Inbox } from '../record/journal.ts';
import type { PendingOrder, Steer } from '../record/record.ts';

export type InboxRow = Pick<OrdersTable, 'id' | 'kind' | 'text' | 'created_at' | 'consumed_at'>;

/**
 * What a drive has to see: orders that are open, and every text, since a consumed one may still be news to another
 * agent call.
 */
export const inboxRows = `consumed_at IS NULL OR kind = 'steer'`;

export function inboxOf(rows: readonly InboxRow[]): Inbox {
  const orders: PendingOrder[] = [];
  const steers: Steer[] = [];
  for (const { id, kind, text, created_at: at, consumed_at: consumedAt } of rows) {
    if (kind === 'steer') steers.push({ id, text: text ?? '', at, isConsumed: consumedAt !== null });
    else orders.push({ id, kind });
  }
  return { orders, steers };
}
