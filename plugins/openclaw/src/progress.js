/**
 * How far the agent came, and which turns of it are under way: kept on disk for the next life of its gateway, and
 * shared by the accounts of this one.
 *
 * Surprise: there may be two. OpenClaw begins an account anew whose hub was away for minutes, also in the middle of a
 * turn, and that turn goes on beside it.
 */

import { Ledger } from './ledger.js';
import { readKept, writeKept } from './ledger-file.js';

export class Progress {
  #path;
  #log;
  #ledger;
  /** Channels with a turn under way. */
  #underWay = new Set();
  /** By channel: channels are dealt with side by side, the messages of one in their order. */
  #turns = new Map();
  #wasCutOff;

  /** @param {{ path: string, earlier: string, log: (line: string) => void }} where `earlier`: of releases of before */
  constructor({ path, earlier, log }) {
    this.#path = path;
    this.#log = log;
    const { cursors, underWay } = readKept(path) ?? readKept(earlier) ?? { cursors: {}, underWay: [] };
    this.#ledger = new Ledger(cursors);
    this.#wasCutOff = underWay.length > 0;
  }

  /** An account begins: what was heard and not taken up is heard again. Whether a turn was cut off with a gateway. */
  begin() {
    this.#ledger = new Ledger(this.#ledger.cursors());
    // Of a turn that ends without a word, because its account has ended, nobody else says so.
    for (const [channelId, turn] of this.#turns) void turn.finally(() => this.isOver(channelId)).catch(() => {});
    const wasCutOff = this.#wasCutOff;
    this.#wasCutOff = false;
    return wasCutOff;
  }

  /** What came in these before it did is none of its business. @param {readonly (readonly [string, number])[]} channels */
  meets(channels) {
    for (const [channelId, seq] of channels) if (!this.#ledger.knows(channelId)) this.#ledger.begin(channelId, seq);
    this.#save();
  }

  heard() {
    return this.#ledger.heard();
  }

  /** Whether this message is new. */
  take(channelId, seq) {
    return this.#ledger.take(channelId, seq);
  }

  /** Behind whatever is under way in that channel, also by the account before. @param {() => Promise<void>} turn */
  inTurn(channelId, turn) {
    const before = this.#turns.get(channelId) ?? Promise.resolve();
    const mine = before.then(turn, turn);
    this.#turns.set(channelId, mine);
    return mine;
  }

  isTakenUp(channelId, seq) {
    this.#underWay.add(channelId);
    this.#ledger.finish(channelId, seq);
    this.#save();
  }

  isOver(channelId) {
    if (this.#underWay.delete(channelId)) this.#save();
  }

  finish(channelId, seq) {
    if (this.#ledger.finish(channelId, seq)) this.#save();
  }

  #save() {
    try {
      writeKept(this.#path, { cursors: this.#ledger.cursors(), underWay: [...this.#underWay] });
    } catch (error) {
      this.#log(`How far it came could not be kept: ${String(error?.message ?? error)}`);
    }
  }
}

/** By path. */
const ofThisGateway = new Map();

/** @param {ConstructorParameters<typeof Progress>[0]} where @returns {Progress} */
export function progressAt(where, known = ofThisGateway) {
  const found = known.get(where.path) ?? new Progress(where);
  known.set(where.path, found);
  return found;
}
