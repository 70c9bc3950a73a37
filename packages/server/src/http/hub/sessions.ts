/** Sessions of people in a browser. */

import { listSessions, offerSession, openSession, revokeSession, type HubDeps } from '@perdure/hub/desk';
import { isSecure } from '../entrance.ts';
import { pageOf } from '../page.ts';
import type { SignIn } from '../security.ts';
import { sessionCookie } from '../session-cookie.ts';
import type { Handlers } from '../table.ts';
import { accepted, actorOf, pageReply } from './actor.ts';

type SessionRoute = 'offerSession' | 'openSession' | 'listSessions' | 'revokeSession';

export interface SessionDeps {
  readonly hub: HubDeps;
  /** Counts what is no link as a wrong key. */
  readonly signIn: SignIn;
}

export function sessionHandlers({ hub, signIn }: SessionDeps): Pick<Handlers, SessionRoute> {
  return {
    offerSession: async ({ body: { principalId } }, call) => {
      const { session } = accepted(await offerSession(hub, actorOf(call), principalId));
      return { status: 201, body: { data: session } };
    },
    openSession: async ({ body: { token } }, call) => {
      const opened = await signIn(await openSession(hub, token), call.address);
      const { session, principal, pageKey } = opened;
      const maxAge = Math.floor((Date.parse(session.expiresAt) - hub.clock()) / 1_000);
      const cookie = sessionCookie({ isSecure: isSecure(call) });
      const headers = { 'set-cookie': cookie.header(opened.cookie, maxAge) };
      return { status: 200, body: { data: { session, principal, pageKey } }, headers };
    },
    listSessions: async ({ query: { all, ...query } }, call) => {
      return pageReply(await listSessions(hub, actorOf(call), { ...pageOf(query), isAll: all === 'true' }));
    },
    revokeSession: async ({ params: { sessionId } }, call) => {
      const { session } = accepted(await revokeSession(hub, actorOf(call), sessionId));
      return { status: 200, body: { data: session } };
    },
  };
}
