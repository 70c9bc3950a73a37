/**
 * One socket of a client, from its first frame on. Whatever it sends, nobody else notices.
 *
 * C4 Nothing is sent before `authenticated`, but the reason of a refusal.
 * C5 A client that is refused is not closed with 1000 or 1001: it would be back at once, for ever.
 */

import {
  clientFrameSchema,
  closeCodes,
  heartbeatIntervalMs,
  isPerdureError,
  type ClientFrame,
  type CloseCode,
  type Message,
  type Principal,
  type ServerFrame,
} from '@perdure/contract';
import { Limiter, messageView, type HubStore, type ViewDeps } from '@perdure/hub';
import { sessionKeyOf, type Caller } from '@perdure/hub/desk';
import { Feeds } from './feeds.ts';
import { frameText, textsOf, type Socket } from './socket.ts';
import type { Listener, Status, Switchboard } from './switchboard.ts';

/** To send the first frame. */
const authWithinMs = 10_000;
/** Without a frame, after which nobody is taken to be there. */
const silentAfterMs = 75_000;
/** To say what was missed. */
const replayWithinMs = 1_000;
/** Frames of one client; beyond it is closed. */
const frameRate = { perSecond: 20, burst: 60 };
/** What a client may leave unread. */
const mostBuffered = 16_777_216;

export interface ConnectionDeps extends ViewDeps {
  readonly socket: Socket;
  /** The address by which its client has come. */
  readonly base: string;
  /** Where it comes from. */
  readonly address: string;
  readonly checkKey: (key: string, address: string) => Promise<Caller>;
  /** Of the request that became this socket, where a page of this server made it. */
  readonly cookie: string | undefined;
  readonly store: HubStore;
  readonly switchboard: Switchboard;
  readonly log: (message: string) => void;
}

type State =
  | { readonly kind: 'waiting'; readonly since: number }
  /** What comes before the answer waits for it; the rate of frames bounds it. */
  | { readonly kind: 'checking'; readonly early: Parsed[] }
  | {
      readonly kind: 'open';
      readonly listener: Listener;
      readonly feeds: Feeds;
      readonly since: number;
      readonly until: number;
    }
  | { readonly kind: 'closed' };

export class HubConnection {
  readonly #deps: ConnectionDeps;
  readonly #frames = new Limiter(frameRate);
  #state: State;
  #heardAt: number;
  /** What it wants to be replayed, while that is being looked up: until then it has not had its say (C3). */
  #asked: Readonly<Record<string, unknown>> | undefined;

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
    this.#heardAt = deps.clock();
    this.#state = { kind: 'waiting', since: this.#heardAt };
  }

  get isClosed(): boolean {
    return this.#state.kind === 'closed';
  }

  /** A frame as text; undefined: it was none. */
  receive(text: string | undefined): void {
    this.control();
    if (this.isClosed) return;
    const parsed = parseFrame(text);
    switch (this.#state.kind) {
      case 'waiting':
        this.#authenticate(parsed);
        return;
      case 'checking':
        this.#state.early.push(parsed);
        return;
      case 'open':
        this.#take(parsed);
        return;
      case 'closed':
        return;
    }
  }

  /** Any frame, pings and pongs too: a sign of life, and no more of them than are allowed. */
  control(): void {
    this.#heardAt = this.#deps.clock();
    if (this.isClosed || this.#frames.take('', this.#heardAt) === 0) return;
    this.#refuse(closeCodes.rateLimited, 'You send more than 20 frames a second; come back and send fewer.');
  }

  tick(now: number): void {
    const state = this.#state;
    if (state.kind === 'waiting' && now - state.since >= authWithinMs) {
      this.#refuse(closeCodes.authTimeout, 'No key came within 10 seconds; send an auth frame first.');
    } else if (state.kind !== 'closed' && now - this.#heardAt >= silentAfterMs) {
      this.#close(closeCodes.policy, { reason: 'No sign of life for 75 seconds.', isDead: true });
    } else if (state.kind === 'open' && now >= state.until) {
      this.#refuse(closeCodes.revoked, 'Your session has ended; sign in anew.');
    } else if (state.kind === 'open') {
      if (now - state.since >= replayWithinMs) this.#release(state.feeds);
      state.feeds.tick(now);
    }
  }

  /** The socket is gone, or `close` was called: nobody is told anything any more. */
  ended(): void {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    if (state.kind === 'open') this.#deps.switchboard.leave(state.listener);
  }

  /** The server ends: clients come back at once, and find it gone or new. */
  shutDown(): void {
    this.#close(closeCodes.serverEnds, { reason: 'The server ends.' });
  }

  #authenticate(parsed: Parsed): void {
    const key = parsed.kind === 'frame' && parsed.frame.type === 'auth' ? this.#keyIn(parsed.frame) : undefined;
    if (key === undefined) {
      this.#refuse(closeCodes.authFailed, 'The first frame must be {"type":"auth","apiKey":"…"}.');
      return;
    }
    const early: Parsed[] = [];
    this.#state = { kind: 'checking', early };
    void this.#check(key, early);
  }

  #keyIn({ apiKey, pageKey }: Extract<ClientFrame, { readonly type: 'auth' }>): string | undefined {
    const { cookie } = this.#deps;
    if (apiKey !== undefined) return apiKey;
    return cookie === undefined || pageKey === undefined ? undefined : sessionKeyOf(cookie, pageKey);
  }

  async #check(key: string, early: readonly Parsed[]): Promise<void> {
    const { checkKey, address, log } = this.#deps;
    try {
      this.#open(await checkKey(key, address));
      for (const one of early) this.#take(one);
    } catch (error) {
      if (isPerdureError(error, 'unauthenticated')) this.#refuse(closeCodes.authFailed, 'Invalid API key');
      else if (isPerdureError(error, 'rate_limited')) this.#refuse(closeCodes.rateLimited, error.message);
      else {
        log(`A key could not be looked up: ${String(error)}`);
        this.#refuse(closeCodes.policy, 'Your key cannot be looked up now; come back later.');
      }
    }
  }

  #open({ principal, keyId, until = Number.POSITIVE_INFINITY }: Caller): void {
    if (this.isClosed) return;
    const { switchboard, clock } = this.#deps;
    const feeds = this.#feedsOf(principal);
    const listener: Listener = {
      principal,
      keyId,
      base: this.#deps.base,
      hear: (message, text) => feeds.live(message, text),
      sendText: (text) => this.#sendText(text),
      revoke: () => this.#refuse(closeCodes.revoked, 'Your key was revoked.'),
    };
    this.#state = { kind: 'open', listener, feeds, since: clock(), until };
    this.#send({ type: 'authenticated', heartbeatIntervalMs, principalId: principal.id });
    switchboard.join(listener);
  }

  #feedsOf(principal: Principal): Feeds {
    const { store, socket, base, clock } = this.#deps;
    return new Feeds({
      read: async (channelId, after, limit) => {
        const seen = await store.channels.get(principal, channelId);
        if (seen?.readSeq === undefined) return [];
        const found = await store.messages.read(channelId, { after, limit });
        return found.map((stored) => messageView(stored, this.#deps));
      },
      send: (message: Message) => this.#sendText(textsOf({ type: 'message', message })(base)),
      sendText: (text) => this.#sendText(text),
      sayMore: (channelId, lastSeq) => this.#send({ type: 'replay.more', channelId, lastSeq }),
      flushed: async () => await socket.flushed(),
      isOpen: () => this.#state.kind === 'open',
      clock,
      fail: (error) => this.#failReading(error),
    });
  }

  #take(parsed: Parsed): void {
    if (parsed.kind === 'malformed') this.#send({ type: 'error', error: parsed.problem });
    if (parsed.kind === 'frame') this.#handle(parsed.frame);
  }

  #handle(frame: ClientFrame): void {
    if (this.#state.kind !== 'open') return;
    const { listener, feeds } = this.#state;
    const { switchboard } = this.#deps;
    const principalId = listener.principal.id;
    if (frame.type !== 'meta' && frame.type !== 'replay') this.#release(feeds);
    switch (frame.type) {
      case 'ping':
        this.#send({ type: 'pong' });
        return;
      case 'replay':
        void this.#replay(principalId, feeds, frame.cursors);
        return;
      case 'typing':
        switchboard.type(principalId, frame.channelId);
        return;
      case 'status':
      case 'meta':
        switchboard.setStatus(principalId, statusOf(frame));
        return;
      case 'auth':
        return;
    }
  }

  #release(feeds: Feeds): void {
    if (this.#asked === undefined) feeds.release();
  }

  async #replay(principalId: string, feeds: Feeds, cursors: Readonly<Record<string, unknown>>): Promise<void> {
    const isLookedUp = this.#asked !== undefined;
    this.#asked = { ...this.#asked, ...cursors };
    if (isLookedUp) return;
    try {
      const lastSeqs = await this.#deps.store.channels.lastSeqs(principalId);
      const asked = this.#asked;
      this.#asked = undefined;
      feeds.replay(cursorsOf(asked, lastSeqs));
    } catch (error) {
      this.#failReading(error);
    }
  }

  #failReading(error: unknown): void {
    this.#deps.log(`Messages could not be read for a socket: ${String(error)}`);
    this.#refuse(closeCodes.policy, 'What you have missed cannot be read now; come back later.');
  }

  #send(frame: ServerFrame): void {
    this.#sendText(frameText(frame));
  }

  #sendText(text: string): void {
    if (this.isClosed) return;
    if (this.#deps.socket.buffered > mostBuffered) {
      this.#close(closeCodes.policy, { reason: 'You read more slowly than others write.', isDead: true });
      return;
    }
    this.#deps.socket.send(text);
  }

  /** With the reason as a frame: clients show that, and else only the code. */
  #refuse(code: CloseCode, error: string): void {
    if (this.isClosed) return;
    this.#send({ type: 'error', error });
    this.#close(code, { reason: error });
  }

  #close(code: CloseCode, options: { readonly reason: string; readonly isDead?: boolean }): void {
    if (this.isClosed) return;
    this.ended();
    this.#deps.socket.close(code, options);
  }
}

/** Those of channels that one is in, as far as they are numbers of messages that are there. */
function cursorsOf(
  asked: Readonly<Record<string, unknown>>,
  lastSeqs: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const cursors = Object.entries(asked).flatMap(([channelId, cursor]): [string, number][] => {
    const lastSeq = lastSeqs.get(channelId);
    const isNumber = typeof cursor === 'number' && Number.isSafeInteger(cursor) && cursor >= 0;
    return isNumber && lastSeq !== undefined ? [[channelId, Math.min(cursor, lastSeq)]] : [];
  });
  return new Map(cursors);
}

/** Clients send null for what they do not say. */
function statusOf({ type: _type, ...said }: Extract<ClientFrame, { readonly type: 'status' | 'meta' }>): Status {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value != null));
}

type Parsed =
  | { readonly kind: 'frame'; readonly frame: ClientFrame }
  /** Of a type that is not known, or with something odd in it: passed over. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed'; readonly problem: string };

function parseFrame(text: string | undefined): Parsed {
  const notJson = { kind: 'malformed', problem: 'A frame must be text that holds a JSON object.' } as const;
  if (text === undefined) return notJson;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return notJson;
    const parsed = clientFrameSchema.safeParse(value);
    return parsed.success ? { kind: 'frame', frame: parsed.data } : { kind: 'unknown' };
  } catch {
    return notJson;
  }
}
