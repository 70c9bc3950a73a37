/** How far somebody has read; the other members are told where that has changed. */

import type { Principal, ReadCursor } from '@perdure/contract';
import type { Refusal } from '../core/refusal.ts';
import type { HubDeps } from './deps.ts';

export async function markRead(
  { store, publish }: Pick<HubDeps, 'store' | 'publish'>,
  by: Principal,
  request: { readonly channelId: string; readonly seq: number },
): Promise<{ readonly kind: 'read'; readonly cursor: ReadCursor } | Refusal> {
  const outcome = await store.channels.markRead(by, request);
  if (outcome.kind === 'refused') return outcome;
  const cursor = { channelId: request.channelId, principalId: by.id, seq: outcome.seq };
  if (outcome.kind === 'moved') publish({ kind: 'read', cursor });
  return { kind: 'read', cursor };
}
