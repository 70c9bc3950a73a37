/** The life of a session: offered by a link, opened by it once, ended by somebody or by time (H6). */

import type { Principal, SessionLife } from '@perdure/contract';
import { may } from './may.ts';
import { noSuchPrincipal, refuse, type Refusal } from './refusal.ts';

/** A link is read off a terminal and clicked. */
export const linkMs = 600_000;
/** Then one signs in anew. */
export const sessionMs = 7 * 86_400_000;
/** How long one that has ended is kept, to be looked at. */
export const keptMs = 30 * 86_400_000;

/** Times are milliseconds since the epoch. */
export interface SessionRecord {
  readonly id: string;
  readonly principalId: string;
  readonly createdBy: string;
  readonly createdAt: number;
  /** Absent: its link was not used. */
  readonly openedAt?: number;
  readonly lastUsedAt?: number;
  readonly expiresAt: number;
  readonly endedAt?: number;
}

export function lifeOf({ openedAt, expiresAt, endedAt }: SessionRecord, now: number): SessionLife {
  if (endedAt !== undefined || now >= expiresAt) return 'ended';
  return openedAt === undefined ? 'offered' : 'open';
}

export function decideOffer(
  actor: Principal,
  principalId: string,
  { principal }: { readonly principal: Principal | undefined },
): { readonly kind: 'allowed'; readonly principal: Principal } | Refusal {
  if (!may(actor, 'session.offer', { memberId: principalId })) {
    return refuse('forbidden', 'A link for somebody else is made by the owner alone; ask them.');
  }
  if (principal === undefined) return noSuchPrincipal(principalId);
  if (principal.kind !== 'human') {
    return refuse('conflict', `${principal.handle} is an agent, and sessions are for people; make a key for it.`);
  }
  return { kind: 'allowed', principal };
}

/** One sentence for whatever is wrong with a link: who guesses learns nothing of it. */
export const noSuchLink = refuse(
  'unauthenticated',
  'This link was used before, is too old, or was never made; `perdure open` makes a new one.',
);

export function decideOpen(
  session: SessionRecord | undefined,
  now: number,
): { readonly kind: 'allowed'; readonly session: SessionRecord } | Refusal {
  if (session === undefined || lifeOf(session, now) !== 'offered') return noSuchLink;
  return { kind: 'allowed', session };
}

export function decideEnd(
  actor: Principal,
  sessionId: string,
  { session, now }: { readonly session: SessionRecord | undefined; readonly now: number },
): { readonly kind: 'end' | 'same'; readonly session: SessionRecord } | Refusal {
  if (session === undefined || !may(actor, 'session.end', { memberId: session.principalId })) {
    return refuse(
      'not_found',
      `There is no session ${sessionId} of yours; \`perdure sessions list\` shows those there are.`,
    );
  }
  return { kind: lifeOf(session, now) === 'ended' ? 'same' : 'end', session };
}
