/** Who comes into the hub, and the keys that they are given: the owner's to give (H1), in a family its lead's (H4). */

import { compact, type Principal } from '@perdure/contract';
import type { Membership } from './family/records.ts';
import { may, type Subject } from './may.ts';
import type { KeyRecord } from './records.ts';
import { noSuchPrincipal, refuse, type Refusal } from './refusal.ts';

type Allowed = { readonly kind: 'allowed' } | Refusal;

export const ownerOnly = refuse(
  'forbidden',
  'Principals and keys are managed by the owner alone, with the key that `perdure key` prints; ask them.',
);

export function decideCreatePrincipal(
  actor: Principal,
  { handle }: { readonly handle: string },
  { isTaken }: { readonly isTaken: boolean },
): Allowed {
  if (!may(actor, 'principals.manage')) return ownerOnly;
  if (isTaken) return refuse('conflict', `The handle "${handle}" is taken; choose another one.`);
  return { kind: 'allowed' };
}

/** Where a principal stands in the family that it is in, if it is in one. */
export interface KeptBy {
  readonly membership?: Membership | undefined;
  /** One of its keys was used. */
  readonly hasEntered?: boolean;
}

export type PrincipalAction = 'principals.manage' | 'principals.read' | 'keys.read' | 'keys.create';

/** To look at a principal, to change it, and to give it a key. */
export function decideOnPrincipal(
  actor: Principal,
  action: PrincipalAction,
  {
    principalId,
    principal,
    ...kept
  }: KeptBy & { readonly principalId: string; readonly principal: Principal | undefined },
): { readonly kind: 'allowed'; readonly principal: Principal } | Refusal {
  const subject = subjectOf(kept);
  if (!may(actor, action, subject)) return subject.leadId === actor.id ? notByTheLead : ownerOnly;
  if (principal === undefined) return noSuchPrincipal(principalId);
  if (action === 'keys.create' && kept.membership?.status === 'deprovisioned') {
    return refuse('conflict', `${principal.handle} was deprovisioned and is let in no more; make another one.`);
  }
  return { kind: 'allowed', principal };
}

const notByTheLead = refuse(
  'forbidden',
  'This agent was let in before, or was there before your family was, so only the owner does this; ask them.',
);

function subjectOf({ membership, hasEntered = true }: KeptBy): Subject {
  const isUntouched = membership?.isAdopted === false && !hasEntered;
  return { isUntouched, ...compact({ leadId: membership?.leadId }) };
}

/** A key that was revoked before stays as it is. */
export function decideRevoke(
  actor: Principal,
  keyId: string,
  { key, membership }: Pick<KeptBy, 'membership'> & { readonly key: KeyRecord | undefined },
): { readonly kind: 'revoke' | 'same'; readonly key: KeyRecord } | Refusal {
  if (!may(actor, 'keys.revoke', subjectOf({ membership }))) return ownerOnly;
  if (key === undefined) {
    return refuse(
      'not_found',
      `There is no key ${keyId}; \`GET /api/v1/principals/<id>/keys\` lists those of a principal.`,
    );
  }
  return { kind: key.revokedAt === undefined ? 'revoke' : 'same', key };
}
