/** Who is in a family, and what becomes of them. */

import { maxFamilyMembers, memberMoves, type MemberStatus, type Principal } from '@perdure/contract';
import { noSuchPrincipal, refuse, type Refusal } from '../refusal.ts';
import { decideOnFamily, familyRefusal, noSuchFamily } from './decide-family.ts';
import type { FamilyMemberRecord, FamilyStanding, Membership, Metadata } from './records.ts';

export const noSuchFamilyMember = (principalId: string): Refusal =>
  refuse('not_found', `${principalId} is not in this family; \`GET /api/v1/families/<id>/members\` lists who is.`);

/** Where a member lives, as it is said of it. */
export interface MemberPlace {
  readonly gatewayPort?: number | undefined;
  readonly ocHomeDir?: string | undefined;
}

export interface NewFamilyMember extends MemberPlace {
  readonly familyId: string;
  /** Of the agent that is made, or is known by this already. */
  readonly handle: string | undefined;
  readonly displayName: string | undefined;
  /** One that is there already. */
  readonly adoptedId: string | undefined;
  readonly metadata: Metadata;
  readonly clientKey: string | undefined;
  readonly now: number;
}

export interface AddMemberFacts {
  readonly standing: FamilyStanding | undefined;
  /** The member that was made under the same key. */
  readonly earlier: string | undefined;
  /** Who is named, by id or by handle. */
  readonly named: Principal | undefined;
  readonly membership: Membership | undefined;
  readonly members: number;
}

export type AddMemberDecision =
  | { readonly kind: 'make'; readonly standing: FamilyStanding; readonly handle: string }
  | { readonly kind: 'adopt'; readonly standing: FamilyStanding; readonly principal: Principal }
  /** They are in it already. */
  | { readonly kind: 'found'; readonly principalId: string }
  | Refusal;

export function decideAddFamilyMember(
  actor: Principal,
  { familyId, handle, adoptedId }: NewFamilyMember,
  facts: AddMemberFacts,
): AddMemberDecision {
  const action = adoptedId === undefined ? 'family.addMember' : 'family.adopt';
  const found = decideOnFamily(actor, action, { standing: facts.standing, familyId });
  if (found.kind === 'refused') return found;
  const { standing } = found;
  const { earlier, named, membership } = facts;
  if (earlier !== undefined) return { kind: 'found', principalId: earlier };
  if (adoptedId !== undefined && named === undefined) return noSuchPrincipal(adoptedId);
  if (named !== undefined && membership?.familyId === familyId) return foundMember(named, membership);
  if (facts.members >= maxFamilyMembers) {
    return refuse('conflict', `A family has at most ${maxFamilyMembers} members; make another one.`);
  }
  if (adoptedId !== undefined && named !== undefined) return adopt(named, membership, standing);
  if (handle === undefined) {
    return refuse('invalid_input', 'A new member needs a handle; send one.', { field: 'body.handle' });
  }
  if (named !== undefined) return refuse('conflict', `The handle "${handle}" is taken; choose another one.`);
  return { kind: 'make', standing, handle };
}

function foundMember({ id, handle }: Principal, { status }: Membership): AddMemberDecision {
  if (status !== 'deprovisioned') return { kind: 'found', principalId: id };
  return refuse(
    'conflict',
    `${handle} was deprovisioned: \`perdure family restore ${handle}\` brings it back; or choose another handle.`,
  );
}

function adopt(principal: Principal, membership: Membership | undefined, standing: FamilyStanding): AddMemberDecision {
  const { handle } = principal;
  if (principal.kind !== 'agent') {
    return refuse('invalid_input', `${handle} is a person: the members of a family are agents; name one.`, {
      field: 'body.principalId',
    });
  }
  if (membership !== undefined) return refuse('conflict', `${handle} is in another family, ${membership.familyId}.`);
  return { kind: 'adopt', standing, principal };
}

export interface ChangeMember extends MemberPlace {
  readonly familyId: string;
  readonly principalId: string;
  readonly status?: MemberStatus | undefined;
  /** By the fleet alone, for the owner: what it was made of is there again, so it may be a member again. */
  readonly isRestored?: true;
  /** What is null in it is taken out. */
  readonly metadata?: Metadata | undefined;
  readonly now: number;
}

export type ChangeMemberDecision =
  | { readonly kind: 'change'; readonly member: FamilyMemberRecord; readonly isGone: boolean }
  | { readonly kind: 'same'; readonly member: FamilyMemberRecord }
  | Refusal;

/** Characters that the metadata of a member may grow to, as JSON. */
const mostMetadata = 32_768;

export function decideChangeMember(
  actor: Principal,
  change: ChangeMember,
  {
    standing,
    member,
  }: { readonly standing: FamilyStanding | undefined; readonly member: FamilyMemberRecord | undefined },
): ChangeMemberDecision {
  const { familyId, principalId, status, metadata = {}, gatewayPort, ocHomeDir, now } = change;
  const refusal = changeRefusal(actor, { standing, familyId });
  if (refusal !== undefined) return refusal;
  if (member === undefined) return noSuchFamilyMember(principalId);
  const moves = movesOf(actor, change, member.status);
  if (status !== undefined && status !== member.status && !moves.includes(status)) {
    return refuse(
      'conflict',
      `${member.principal.handle} is ${member.status}: only \`perdure family restore\` leads out of that; or make another member.`,
    );
  }
  const merged = merge(member.metadata, metadata);
  if (JSON.stringify(merged).length > mostMetadata) {
    return refuse('invalid_input', `The metadata would be more than ${mostMetadata} characters; take some out first.`, {
      field: 'body.metadata',
    });
  }
  const to = status ?? member.status;
  const changed: FamilyMemberRecord = {
    ...member,
    status: to,
    statusAt: to === member.status ? member.statusAt : now,
    metadata: merged,
    ...(gatewayPort !== undefined && { gatewayPort }),
    ...(ocHomeDir !== undefined && { ocHomeDir }),
  };
  if (JSON.stringify(changed) === JSON.stringify(member)) return { kind: 'same', member };
  const isGone = to === 'deprovisioned' && member.status !== 'deprovisioned';
  return { kind: 'change', member: { ...changed, updatedAt: now }, isGone };
}

function movesOf({ isOwner }: Principal, { isRestored }: ChangeMember, from: MemberStatus): readonly MemberStatus[] {
  return from === 'deprovisioned' && isRestored === true && isOwner ? ['provisioning'] : memberMoves[from];
}

/** An agent who is not the lead is told the same of every family, seen or unseen, there or not. */
function changeRefusal(
  actor: Principal,
  facts: { readonly standing: FamilyStanding | undefined; readonly familyId: string },
): Refusal | undefined {
  const refusal = familyRefusal(actor, 'family.changeMember', facts);
  if (refusal === undefined || actor.kind !== 'agent') return refusal;
  return familyForbidden;
}

const familyForbidden = refuse(
  'forbidden',
  'Only the lead of a family, and the owner, say how its members are; ask one.',
);

function merge(before: Metadata, given: Metadata): Metadata {
  const all = new Map([...Object.entries(before), ...Object.entries(given)]);
  return Object.fromEntries([...all].filter(([, value]) => value !== null));
}

/** To look at a member. */
export function decideOnMember(
  actor: Principal,
  { familyId, principalId }: { readonly familyId: string; readonly principalId: string },
  {
    standing,
    member,
  }: { readonly standing: FamilyStanding | undefined; readonly member: FamilyMemberRecord | undefined },
): { readonly kind: 'allowed'; readonly member: FamilyMemberRecord } | Refusal {
  const refusal = familyRefusal(actor, 'family.read', { standing, familyId });
  if (refusal !== undefined) return refusal;
  if (standing === undefined) return noSuchFamily(familyId);
  return member === undefined ? noSuchFamilyMember(principalId) : { kind: 'allowed', member };
}
