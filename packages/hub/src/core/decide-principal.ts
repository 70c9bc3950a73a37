/** Who comes into the hub, and the keys that they are given. Both are the owner's to give (H1). */

import type { Principal } from '@perdure/contract';
import { may } from './may.ts';
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

/** To look at a principal, to change it, and to give it a key. */
export function decideOnPrincipal(
  actor: Principal,
  principalId: string,
  { principal }: { readonly principal: Principal | undefined },
): { readonly kind: 'allowed'; readonly principal: Principal } | Refusal {
  if (!may(actor, 'principals.manage')) return ownerOnly;
  return principal === undefined ? noSuchPrincipal(principalId) : { kind: 'allowed', principal };
}

/** A key that was revoked before stays as it is. */
export function decideRevoke(
  actor: Principal,
  keyId: string,
  { key }: { readonly key: KeyRecord | undefined },
): { readonly kind: 'revoke' | 'same'; readonly key: KeyRecord } | Refusal {
  if (!may(actor, 'keys.manage')) return ownerOnly;
  if (key === undefined) {
    return refuse(
      'not_found',
      `There is no key ${keyId}; \`GET /api/v1/principals/<id>/keys\` lists those of a principal.`,
    );
  }
  return { kind: key.revokedAt === undefined ? 'revoke' : 'same', key };
}
