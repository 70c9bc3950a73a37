/** A new channel with its members; a dm that is there already is the one. */

import type { Channel, ChannelKind, Principal } from '@perdure/contract';
import type { Refusal } from '../core/refusal.ts';
import { channelView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';

export interface CreateChannelRequest {
  readonly kind: ChannelKind;
  readonly name: string | undefined;
  readonly memberIds: readonly string[];
}

export async function createChannel(
  { store, newId, clock }: Pick<HubDeps, 'store' | 'newId' | 'clock'>,
  by: Principal,
  request: CreateChannelRequest,
): Promise<{ readonly kind: 'created' | 'found'; readonly channel: Channel } | Refusal> {
  const outcome = await store.channels.create(by, { ...request, id: newId(), now: clock() });
  return outcome.kind === 'refused' ? outcome : { kind: outcome.kind, channel: channelView(outcome.seen) };
}
