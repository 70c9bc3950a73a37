/**
 * Stays connected to the hub: comes back by itself, later and later, and asks each time for what came behind the
 * cursor. Ends by itself only where a key is refused, which no repetition changes.
 */

import { closeCodes, isPerdureError, PerdureError, type ClientFrame, type ServerFrame } from '@perdure/contract';
import type { Link } from '../client/connect.ts';
import type { HubSocket, SocketEvents } from './socket.ts';

export interface LineDeps {
  /** @throws PerdureError `unreachable` while nothing runs there */
  readonly link: () => Link;
  readonly open: (link: Link, events: SocketEvents) => HubSocket;
  readonly cursors: () => Readonly<Record<string, number>>;
  readonly frame: (frame: ServerFrame) => void;
  readonly state: (state: LineState) => void;
  /** It is over: the key is refused. */
  readonly refused: (error: PerdureError) => void;
  /** Calls back after so long; the returned function prevents it. */
  readonly after: (ms: number, call: () => void) => () => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export type LineState =
  | { readonly kind: 'connected'; readonly isAgain: boolean }
  | { readonly kind: 'away'; readonly againInMs: number };

const firstWaitMs = 250;
const longestWaitMs = 15_000;
/** For the first word of a connection, and for the answer to each beat. */
const answerWithinMs = 10_000;
/** A connection that lasted for so long was none that is closed at once again and again. */
const goodAfterMs = 10_000;

export class LineToHub {
  readonly #deps: LineDeps;
  #socket: HubSocket | undefined;
  #openedAt: number | undefined;
  #waitMs = firstWaitMs;
  #hasBeen = false;
  #isEnded = false;
  #lastError = '';
  #hasHeard = false;
  #cancel: () => void = () => undefined;

  constructor(deps: LineDeps) {
    this.#deps = deps;
    this.#connect();
  }

  /** Dropped where there is no connection: nothing that matters goes this way. */
  send(frame: ClientFrame): void {
    if (this.#openedAt !== undefined) this.#socket?.send(frame);
  }

  end(): void {
    this.#isEnded = true;
    this.#cancel();
    this.#socket?.end();
  }

  #connect(): void {
    this.#lastError = '';
    try {
      this.#socket = this.#deps.open(this.#deps.link(), {
        frame: (frame) => this.#hear(frame),
        closed: (code) => this.#closed(code),
      });
      this.#cancel = this.#deps.after(answerWithinMs, () => this.#socket?.end());
    } catch (error) {
      this.#socket = undefined;
      if (isPerdureError(error) && error.code !== 'unreachable') this.#end(error);
      else this.#wait();
    }
  }

  #hear(frame: ServerFrame): void {
    if (this.#isEnded) return;
    this.#hasHeard = true;
    if (frame.type === 'error') this.#lastError = frame.error;
    if (frame.type === 'authenticated') this.#opened(frame.heartbeatIntervalMs);
    else this.#deps.frame(frame);
  }

  #opened(heartbeatMs: number): void {
    this.#cancel();
    this.#openedAt = this.#deps.now();
    this.#socket?.send({ type: 'meta', runtime: 'perdure-chat' });
    this.#socket?.send({ type: 'replay', cursors: this.#deps.cursors() });
    const isAgain = this.#hasBeen;
    this.#hasBeen = true;
    this.#beat(heartbeatMs);
    this.#deps.state({ kind: 'connected', isAgain });
  }

  /** A peer that does not answer a beat is gone, whatever the system says of its connection. */
  #beat(everyMs: number): void {
    const { after } = this.#deps;
    const answerMs = Math.min(answerWithinMs, everyMs);
    this.#hasHeard = false;
    this.#socket?.send({ type: 'ping' });
    this.#cancel = after(answerMs, () => {
      if (this.#hasHeard) this.#cancel = after(everyMs - answerMs, () => this.#beat(everyMs));
      else this.#socket?.end();
    });
  }

  #closed(code: number): void {
    this.#cancel();
    this.#socket = undefined;
    if (this.#isEnded) return;
    const isKeyRefused = code === closeCodes.authFailed || code === closeCodes.revoked;
    if (isKeyRefused) {
      const why = this.#lastError === '' ? 'Your key opens nothing here' : this.#lastError.replace(/\.$/, '');
      this.#end(new PerdureError('unauthenticated', `${why}; make a new one with \`perdure keys create\`.`));
      return;
    }
    const wasGood = this.#openedAt !== undefined && this.#deps.now() - this.#openedAt >= goodAfterMs;
    if (wasGood) this.#waitMs = firstWaitMs;
    this.#openedAt = undefined;
    this.#wait();
  }

  #wait(): void {
    const againInMs = this.#waitMs;
    this.#waitMs = Math.min(this.#waitMs * 2, longestWaitMs);
    this.#cancel = this.#deps.after(againInMs, () => this.#connect());
    this.#deps.state({ kind: 'away', againInMs });
  }

  #end(error: PerdureError): void {
    this.#isEnded = true;
    this.#openedAt = undefined;
    this.#deps.refused(error);
  }
}
