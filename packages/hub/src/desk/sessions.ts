/**
 * People in a browser. A link is used once for two halves of a session: a cookie that the page cannot read, and a key
 * of the page that is sent nowhere by itself. Both are needed, for a cookie of 127.0.0.1 goes to every port of it.
 */

import { compact, type Principal, type Session } from '@perdure/contract';
import type { PageRequest } from '../core/ports.ts';
import { may } from '../core/may.ts';
import { refuse, type Refusal } from '../core/refusal.ts';
import { linkMs, noSuchLink, sessionMs } from '../core/sessions.ts';
import { sessionView } from '../core/view.ts';
import type { HubDeps, PageOutcome } from './deps.ts';
import { hashOfKey, isSameHash, sessionKeyOf } from './identify.ts';

type Deps = Pick<HubDeps, 'store' | 'newId' | 'newSecret' | 'clock' | 'publish'>;

const linkKeyOf = (token: string): string => `link ${token}`;

export async function offerSession(
  { store, newId, newSecret, clock }: Deps,
  by: Principal,
  principalId: string = by.id,
): Promise<{ readonly kind: 'offered'; readonly session: Session & { readonly token: string } } | Refusal> {
  const [token, now] = [newSecret(), clock()];
  const made = { id: newId(), principalId, hash: hashOfKey(linkKeyOf(token)), now, expiresAt: now + linkMs };
  const outcome = await store.sessions.offer(by, made);
  return outcome.kind === 'refused'
    ? outcome
    : { kind: 'offered', session: { ...sessionView(outcome.session, now), token } };
}

export interface OpenedSession {
  readonly kind: 'opened';
  readonly session: Session;
  readonly principal: Principal;
  readonly cookie: string;
  readonly pageKey: string;
}

export async function openSession({ store, newSecret, clock }: Deps, token: string): Promise<OpenedSession | Refusal> {
  const hash = hashOfKey(linkKeyOf(token));
  const found = (await store.sessions.candidates(hash)).find((one) => isSameHash(one.hash, hash));
  if (found === undefined) return noSuchLink;
  const [cookie, pageKey, now] = [newSecret(), newSecret(), clock()];
  const opened = { hash: hashOfKey(sessionKeyOf(cookie, pageKey)), now, expiresAt: now + sessionMs };
  const outcome = await store.sessions.open(found.session.id, opened);
  if (outcome.kind === 'refused') return outcome;
  const session = sessionView(outcome.session, now);
  return { kind: 'opened', session, principal: found.principal, cookie, pageKey };
}

export async function listSessions(
  { store, clock }: Deps,
  by: Principal,
  { isAll, ...page }: PageRequest & { readonly isAll: boolean },
): Promise<PageOutcome<Session>> {
  if (isAll && !may(by, 'sessions.listAll')) {
    return refuse('forbidden', 'Only the owner lists all sessions; leave `all` out for your own.');
  }
  const now = clock();
  const { data, next } = await store.sessions.list({ ...page, now, principalId: isAll ? undefined : by.id });
  return { kind: 'page', data: data.map((one) => sessionView(one, now)), ...compact({ next }) };
}

/** Its sockets are closed too. */
export async function revokeSession(
  { store, clock, publish }: Deps,
  by: Principal,
  sessionId: string,
): Promise<{ readonly kind: 'ended'; readonly session: Session } | Refusal> {
  const now = clock();
  const outcome = await store.sessions.end(by, { sessionId, now });
  if (outcome.kind === 'refused') return outcome;
  publish({ kind: 'key-revoked', keyId: sessionId });
  return { kind: 'ended', session: sessionView(outcome.session, now) };
}
