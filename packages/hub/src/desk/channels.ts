/** Channels and who is in them. */

import {
  compact,
  type Channel,
  type ChannelKind,
  type Member,
  type Principal,
  type ReadCursor,
} from '@perdure/contract';
import { refusalOf } from '../core/decide-channel.ts';
import { may } from '../core/may.ts';
import type { MemberOutcome, Page, PageRequest } from '../core/ports.ts';
import { refuse, type Refusal } from '../core/refusal.ts';
import { channelView, memberView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';

export interface ChannelRequest {
  readonly kind: ChannelKind;
  readonly name: string | undefined;
  readonly memberIds: readonly string[];
}

/** `found`: a dm that was there already. */
export async function createChannel(
  { store, newId, clock }: Pick<HubDeps, 'store' | 'newId' | 'clock'>,
  by: Principal,
  request: ChannelRequest,
): Promise<{ readonly kind: 'created' | 'found'; readonly channel: Channel } | Refusal> {
  const outcome = await store.channels.create(by, { ...request, id: newId(), now: clock() });
  return outcome.kind === 'refused' ? outcome : { kind: outcome.kind, channel: channelView(outcome.seen) };
}

export async function showChannel(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  channelId: string,
): Promise<{ readonly kind: 'channel'; readonly channel: Channel } | Refusal> {
  const seen = await store.channels.get(by, channelId);
  const refusal = refusalOf(by, 'channel.read', { standing: seen, channelId });
  if (refusal !== undefined || seen === undefined) return refusal ?? refuse('not_found', 'There is no such channel.');
  return { kind: 'channel', channel: channelView(seen) };
}

type PageOf<T> = ({ readonly kind: 'page' } & Page<T>) | Refusal;

export async function listChannels(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  request: PageRequest & { readonly isAll: boolean },
): Promise<PageOf<Channel>> {
  if (request.isAll && !may(by, 'channels.listAll')) {
    return refuse('forbidden', 'Only the owner lists all channels; leave `all` out for those you are in.');
  }
  const { data, next } = await store.channels.list(by, request);
  return { kind: 'page', data: data.map(channelView), ...compact({ next }) };
}

export async function listMembers(
  deps: Pick<HubDeps, 'store'>,
  by: Principal,
  { channelId, ...page }: PageRequest & { readonly channelId: string },
): Promise<PageOf<Member>> {
  const shown = await showChannel(deps, by, channelId);
  if (shown.kind === 'refused') return shown;
  const { data, next } = await deps.store.channels.members(channelId, page);
  return { kind: 'page', data: data.map(memberView), ...compact({ next }) };
}

interface MemberRequest {
  readonly channelId: string;
  readonly principalId: string;
}
type MemberAnswer = { readonly kind: 'member'; readonly member: Member } | Refusal;

export async function addMember(
  { store, clock }: Pick<HubDeps, 'store' | 'clock'>,
  by: Principal,
  request: MemberRequest,
): Promise<MemberAnswer> {
  return shown(await store.channels.addMember(by, { ...request, now: clock() }));
}

export async function removeMember(
  { store, clock }: Pick<HubDeps, 'store' | 'clock'>,
  by: Principal,
  request: MemberRequest,
): Promise<MemberAnswer> {
  return shown(await store.channels.removeMember(by, { ...request, now: clock() }));
}

function shown(outcome: MemberOutcome): MemberAnswer {
  return outcome.kind === 'refused' ? outcome : { kind: 'member', member: memberView(outcome.member) };
}

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
