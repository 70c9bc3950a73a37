/**
 * How far each channel was dealt with, so that a gateway that comes back asks for what it has missed, and only for
 * that.
 *
 * Surprise: a message counts when OpenClaw has taken it up, not when it was heard. Before that a gateway that dies hears
 * it again; after that OpenClaw goes on with the turn by itself.
 */

/** @typedef {{ done: number, newest: number, open: Set<number> }} Channel */

export class Ledger {
  /** @type {Map<string, Channel>} */
  #channels = new Map();

  /** @param {Readonly<Record<string, number>>} cursors the number up to which each channel was dealt with */
  constructor(cursors = {}) {
    for (const [channelId, seq] of Object.entries(cursors)) this.begin(channelId, seq);
  }

  knows(channelId) {
    return this.#channels.has(channelId);
  }

  /** What is up to `seq` is none of ours. */
  begin(channelId, seq) {
    this.#channels.set(channelId, { done: seq, newest: seq, open: new Set() });
  }

  /** Whether this message is new: from then on it is being dealt with. */
  take(channelId, seq) {
    if (!this.#channels.has(channelId)) this.begin(channelId, seq - 1);
    const channel = /** @type {Channel} */ (this.#channels.get(channelId));
    if (seq <= channel.newest) return false;
    channel.newest = seq;
    channel.open.add(seq);
    return true;
  }

  /** Whether the cursor of its channel has moved. */
  finish(channelId, seq) {
    const channel = this.#channels.get(channelId);
    if (channel === undefined || !channel.open.delete(seq)) return false;
    const before = channel.done;
    channel.done = channel.open.size === 0 ? channel.newest : Math.min(...channel.open) - 1;
    return channel.done !== before;
  }

  /** Where to begin when asking for what was missed on a connection that is new. */
  heard() {
    return Object.fromEntries([...this.#channels].map(([channelId, { newest }]) => [channelId, newest]));
  }

  /** What is kept on disk. */
  cursors() {
    return Object.fromEntries([...this.#channels].map(([channelId, { done }]) => [channelId, done]));
  }
}
