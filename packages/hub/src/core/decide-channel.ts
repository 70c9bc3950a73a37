/** Channels, and who comes into them. */

import { compact, type ChannelKind, type Principal } from '@perdure/contract';
import { may, type Action, type Subject } from './may.ts';
import type { ChannelRecord, Standing } from './records.ts';
import { noSuchChannel, noSuchPrincipal, refuse, type Refusal } from './refusal.ts';

/**
 * What keeps `actor` from it; undefined: nothing. To whom a channel is not shown it does not exist (H2), and whoever
 * sees it is told.
 */
export function refusalOf(
  actor: Principal,
  action: Action,
  {
    standing,
    channelId,
    ...subject
  }: Subject & { readonly standing: Standing | undefined; readonly channelId: string },
): Refusal | undefined {
  if (standing === undefined) return noSuchChannel(channelId);
  const { channel, readSeq } = standing;
  const whole = { ...subject, isMember: readSeq !== undefined, createdBy: channel.createdBy };
  if (!may(actor, 'channel.read', whole)) return noSuchChannel(channelId);
  if (may(actor, action, whole)) return undefined;
  return refuse('forbidden', sentences[action] ?? 'This is for the owner alone; ask them.');
}

const outside = 'You are not in this channel: let yourself be taken in, and do it then.';
const sentences: Readonly<Partial<Record<Action, string>>> = {
  'channel.addMember': 'Only who made this channel and the owner take others into it; ask one of them.',
  'channel.removeMember': 'Only who made this channel and the owner take others out of it; ask one of them.',
  'channel.markRead': outside,
  'message.send': outside,
  'message.react': outside,
  'message.edit': 'Only who sent a message may edit it; send one of your own.',
  'message.delete': 'Only who sent a message and the owner may delete it; ask one of them.',
};

export interface CreateChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly name: string | undefined;
  /** Besides whoever makes it. */
  readonly memberIds: readonly string[];
  readonly now: number;
}

export interface CreateChannelFacts {
  /** Those of the named that exist. */
  readonly known: ReadonlySet<string>;
  /** The dm of these two. */
  readonly direct: ChannelRecord | undefined;
}

export type CreateChannelDecision =
  | { readonly kind: 'create'; readonly channel: ChannelRecord; readonly memberIds: readonly string[] }
  | { readonly kind: 'found'; readonly channel: ChannelRecord }
  | Refusal;

/** Under which name the dm of these two is kept; undefined: it is no dm. */
export function directOf(actor: Principal, { kind, memberIds }: CreateChannel): string | undefined {
  return kind === 'dm' ? membersOf(actor, memberIds).toSorted().join(' ') : undefined;
}

export function decideCreateChannel(
  actor: Principal,
  command: CreateChannel,
  { known, direct }: CreateChannelFacts,
): CreateChannelDecision {
  const { id, kind, name, memberIds, now } = command;
  if (!may(actor, 'channels.create')) return refuse('forbidden', 'You may not make channels; ask the owner.');
  const unknown = memberIds.find((memberId) => !known.has(memberId));
  if (unknown !== undefined) {
    return refuse('invalid_input', `There is no principal ${unknown}, so nothing was made; check the id.`, {
      field: 'body.memberIds',
    });
  }
  const members = membersOf(actor, memberIds);
  if (kind === 'dm' && members.length !== 2) {
    return refuse('invalid_input', 'A dm is between you and one other: name that one in memberIds.', {
      field: 'body.memberIds',
    });
  }
  if (kind !== 'dm' && name === undefined) {
    return refuse('invalid_input', `A ${kind} needs a name; send one.`, { field: 'body.name' });
  }
  if (direct !== undefined) return { kind: 'found', channel: direct };
  const between = directOf(actor, command);
  const channel: ChannelRecord = {
    id,
    kind,
    lastSeq: 0,
    createdBy: actor.id,
    createdAt: now,
    ...compact({ name: kind === 'dm' ? undefined : name, directOf: between }),
  };
  return { kind: 'create', channel, memberIds: members };
}

function membersOf(actor: Principal, memberIds: readonly string[]): readonly string[] {
  return [...new Set([actor.id, ...memberIds])];
}

export interface MembershipFacts {
  readonly channelId: string;
  readonly standing: Standing | undefined;
  readonly memberId: string;
  readonly member: Principal | undefined;
  /** Whether they are in the channel. */
  readonly isIn: boolean;
}

export type MembershipDecision = { readonly kind: 'allowed' } | Refusal;

export function decideAddMember(actor: Principal, facts: MembershipFacts): MembershipDecision {
  const refusal = membershipRefusal(actor, 'channel.addMember', facts);
  if (refusal !== undefined) return refusal;
  if (facts.member === undefined) return noSuchPrincipal(facts.memberId);
  if (facts.isIn) return refuse('conflict', `Already a member: ${facts.member.handle} is in this channel.`);
  return { kind: 'allowed' };
}

export function decideRemoveMember(actor: Principal, facts: MembershipFacts): MembershipDecision {
  const refusal = membershipRefusal(actor, 'channel.removeMember', facts);
  if (refusal !== undefined) return refusal;
  if (facts.member === undefined || !facts.isIn) {
    return refuse('not_found', `${facts.memberId} is not in this channel, so nothing was changed.`);
  }
  return { kind: 'allowed' };
}

function membershipRefusal(actor: Principal, action: Action, facts: MembershipFacts): Refusal | undefined {
  const refusal = refusalOf(actor, action, facts);
  if (refusal !== undefined) return refusal;
  if (facts.standing?.channel.kind !== 'dm') return undefined;
  return refuse('conflict', 'A dm stays between two; make a group for more.');
}
