/**
 * Messages of channels to one socket. A client keeps the highest number it has seen and asks for what came behind it,
 * so what is sent out of order is lost to it.
 *
 * C1 In each channel none is sent twice, none is left out behind the first, and numbers rise but for who asks late.
 * C2 While a channel is caught up with, what is new in it is held back: it is read from the store in its turn.
 * C3 For a moment after the beginning everything is held back: the client has yet to say what it has missed.
 *
 * Nothing is kept but numbers: a message is on disk before it is told of.
 */

import type { Message } from '@perdure/contract';

/** Messages of one channel that a request is answered with. */
export const replayCap = 500;
/** How long a client has to ask for more before it is sent unasked: one that knows of no cap must not stay deaf. */
const askAgainMs = 5_000;
const pageSize = 100;

interface Feed {
  /** All numbers from here to `last` were sent; none where it is above. */
  sentFrom: number;
  last: number;
  /** The highest number that is known of. */
  newest: number;
  state: 'live' | 'held' | 'catching-up' | 'behind';
  /** Since when it is behind. */
  since: number;
}

export interface FeedDeps {
  /** Oldest first, behind number `after`; none where the principal is not in the channel any more. */
  readonly read: (channelId: string, after: number, limit: number) => Promise<readonly Message[]>;
  readonly send: (message: Message) => void;
  readonly sendText: (text: string) => void;
  /** There is more than one request is answered with. */
  readonly sayMore: (channelId: string, lastSeq: number) => void;
  readonly flushed: () => Promise<void>;
  readonly isOpen: () => boolean;
  readonly clock: () => number;
  readonly fail: (error: unknown) => void;
}

export class Feeds {
  readonly #feeds = new Map<string, Feed>();
  readonly #deps: FeedDeps;
  #isHolding = true;
  /** One channel is caught up with after the other: no more than a page is on its way. */
  #reading: Promise<void> = Promise.resolve();

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  /** A message that was just committed; `text`: its frame. */
  live({ channelId, seq }: Pick<Message, 'channelId' | 'seq'>, text: string): void {
    const feed = this.#feeds.get(channelId) ?? this.#begin(channelId, seq - 1);
    feed.newest = Math.max(feed.newest, seq);
    if (this.#isHolding && feed.state === 'live') feed.state = 'held';
    if (feed.state !== 'live' || seq <= feed.last) return;
    if (seq > feed.last + 1) {
      this.#catchUp(channelId, feed, feed.last);
      return;
    }
    this.#deps.sendText(text);
    feed.last = seq;
  }

  /** The client has `cursors` of these channels, and wants what came behind. */
  replay(cursors: ReadonlyMap<string, number>): void {
    for (const [channelId, cursor] of cursors) {
      const feed = this.#feeds.get(channelId) ?? this.#begin(channelId, cursor);
      if (feed.state === 'catching-up') continue;
      const hasAll = cursor + 1 >= feed.sentFrom;
      if (hasAll && cursor > feed.last) Object.assign(feed, { sentFrom: cursor + 1, last: cursor });
      this.#catchUp(channelId, feed, hasAll ? feed.last : cursor);
    }
    this.release();
  }

  /** The client has had its say (C3). */
  release(): void {
    if (!this.#isHolding) return;
    this.#isHolding = false;
    for (const [channelId, feed] of this.#feeds) if (feed.state === 'held') this.#catchUp(channelId, feed, feed.last);
  }

  tick(now: number): void {
    for (const [channelId, feed] of this.#feeds) {
      if (feed.state === 'behind' && now - feed.since >= askAgainMs) this.#catchUp(channelId, feed, feed.last);
    }
  }

  #begin(channelId: string, last: number): Feed {
    const feed: Feed = { sentFrom: last + 1, last, newest: last, state: 'live', since: 0 };
    this.#feeds.set(channelId, feed);
    return feed;
  }

  #catchUp(channelId: string, feed: Feed, after: number): void {
    feed.state = 'catching-up';
    this.#reading = this.#reading.then(() => this.#sendFrom(channelId, feed, after)).catch(this.#deps.fail);
  }

  /** C2: it is live again in the same turn in which nothing more is found. */
  async #sendFrom(channelId: string, feed: Feed, after: number): Promise<void> {
    const { read, send, flushed, isOpen } = this.#deps;
    let position = after;
    for (let room = replayCap; isOpen();) {
      await flushed();
      const asked = Math.min(pageSize, room);
      const page = await read(channelId, position, asked);
      for (const message of page) {
        // C1: between what was missed and what is new lies what was sent already.
        const wasSent = message.seq >= feed.sentFrom && message.seq <= feed.last;
        if (!wasSent) send(message);
        position = message.seq;
      }
      room -= page.length;
      if (page.length < asked && (page.length === 0 || position >= feed.newest)) {
        this.#settle(feed, after, position, 'live');
        return;
      }
      if (room <= 0) {
        this.#settle(feed, after, position, 'behind');
        this.#deps.sayMore(channelId, position);
        return;
      }
    }
  }

  #settle(feed: Feed, after: number, position: number, state: 'live' | 'behind'): void {
    feed.sentFrom = Math.min(feed.sentFrom, after + 1);
    feed.last = Math.max(feed.last, position);
    feed.state = state;
    feed.since = this.#deps.clock();
  }
}
