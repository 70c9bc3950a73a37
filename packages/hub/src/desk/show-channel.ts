/** One channel, as whoever asks sees it. */

import type { Channel, Principal } from '@perdure/contract';
import { refusalOf } from '../core/decide-channel.ts';
import { noSuchChannel, type Refusal } from '../core/refusal.ts';
import { channelView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';

export async function showChannel(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  channelId: string,
): Promise<{ readonly kind: 'channel'; readonly channel: Channel } | Refusal> {
  const seen = await store.channels.get(by, channelId);
  if (seen === undefined) return noSuchChannel(channelId);
  const refusal = refusalOf(by, 'channel.read', { standing: seen, channelId });
  return refusal ?? { kind: 'channel', channel: channelView(seen) };
}
