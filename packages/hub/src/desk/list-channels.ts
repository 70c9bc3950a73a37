/** The channels that one is in; for the owner, all. */

import { compact, type Channel, type Principal } from '@perdure/contract';
import { may } from '../core/may.ts';
import type { PageRequest } from '../core/ports.ts';
import { refuse } from '../core/refusal.ts';
import { channelView } from '../core/view.ts';
import type { HubDeps, PageOutcome } from './deps.ts';

export async function listChannels(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  request: PageRequest & { readonly isAll: boolean },
): Promise<PageOutcome<Channel>> {
  if (request.isAll && !may(by, 'channels.listAll')) {
    return refuse('forbidden', 'Only the owner lists all channels; leave `all` out for those you are in.');
  }
  const { data, next } = await store.channels.list(by, request);
  return { kind: 'page', data: data.map(channelView), ...compact({ next }) };
}
