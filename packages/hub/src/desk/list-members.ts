/** Who is in a channel, by handle. */

import { compact, type Member, type Principal } from '@perdure/contract';
import type { PageRequest } from '../core/ports.ts';
import { memberView } from '../core/view.ts';
import type { HubDeps, PageOutcome } from './deps.ts';
import { showChannel } from './show-channel.ts';

export async function listMembers(
  deps: Pick<HubDeps, 'store'>,
  by: Principal,
  { channelId, ...page }: PageRequest & { readonly channelId: string },
): Promise<PageOutcome<Member>> {
  const shown = await showChannel(deps, by, channelId);
  if (shown.kind === 'refused') return shown;
  const { data, next } = await deps.store.channels.members(channelId, page);
  return { kind: 'page', data: data.map(memberView), ...compact({ next }) };
}
