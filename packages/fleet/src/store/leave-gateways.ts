/**
 * Gateways that a copied record tells of are those of the original: both would start the same home, write into it and
 * put it away. So the record of a copy forgets them, before anybody acts on it. One that was removed has nothing but
 * an archive, which was copied along.
 */

import type { Connection } from '@perdure/db';

/** Handles of those that are forgotten by it. */
export function leaveGateways({ sqlite }: Pick<Connection, 'sqlite'>): readonly string[] {
  const gone = sqlite.prepare("DELETE FROM gateways WHERE status <> 'removed' RETURNING handle").all();
  return (gone as unknown as readonly { readonly handle: string }[]).map(({ handle }) => handle).toSorted();
}
