/**
 * Connections to the worker of which nobody knows yet whether the engine is at their other end. Any account of the
 * machine can open one, so they are few and short-lived: one that brought no signed call in time is ended, and of too
 * many the oldest goes. The engine signs its first call as soon as it is connected.
 */

import type { Http2Session, ServerHttp2Session } from 'node:http2';

const most = 64;
const proofWithinMs = 10_000;

export interface Strangers {
  add(session: ServerHttp2Session): void;
  /** It brought a call that the engine signed. */
  prove(session: ServerHttp2Session): void;
  isProven(session: Http2Session | undefined): boolean;
}

export function createStrangers(): Strangers {
  const waiting = new Map<ServerHttp2Session, NodeJS.Timeout>();
  const proven = new WeakSet<Http2Session>();
  const forget = (session: ServerHttp2Session): void => {
    clearTimeout(waiting.get(session));
    waiting.delete(session);
  };
  return {
    add(session) {
      const [oldest] = waiting.keys();
      if (waiting.size >= most) oldest?.destroy();
      waiting.set(session, setTimeout(() => session.destroy(), proofWithinMs).unref());
      session.once('close', () => forget(session));
    },
    prove(session) {
      forget(session);
      proven.add(session);
    },
    isProven: (session) => session !== undefined && proven.has(session),
  };
}
