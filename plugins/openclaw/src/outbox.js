/**
 * What an agent has said and the hub could not take: kept in a file, and sent in its order once the hub can, also by the
 * next life of the gateway. Each has a key of its own, so that it is said once.
 *
 * Surprise: a turn must not wait for the hub. Settings that name another address of it are only taken up when no turn is
 * under way, so both would wait for each other.
 */

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from './backoff.js';
import { HubError } from './hub-error.js';

/** @typedef {{ channelId: string, message: any }} Letter */

export class Outbox {
  #path;
  #log;
  /** @type {Letter[]} */
  #letters;
  #api;
  #isSending = false;
  #hurry = new AbortController();

  /** @param {string} path @param {(line: string) => void} log */
  constructor(path, log) {
    this.#path = path;
    this.#log = log;
    this.#letters = readLetters(path);
  }

  /** From now on it goes this way: whoever waits for another try does not any more. @param {any} api calls of the hub */
  goesBy(api) {
    this.#api = api;
    this.#hurry.abort();
    this.#hurry = new AbortController();
    void this.#sendAll();
  }

  /** Resolves when the hub has it, or it is kept. Rejects where the hub refuses it. */
  async say(channelId, message) {
    if (!this.#letters.some((letter) => letter.channelId === channelId)) {
      try {
        await this.#api.send(channelId, message);
        return;
      } catch (error) {
        if (!mayPass(error)) throw error;
      }
    }
    // By its key: a turn that is taken again says the same.
    const isKept = this.#letters.some(({ message: kept }) => kept.clientGeneratedId === message.clientGeneratedId);
    if (!isKept) this.#keep([...this.#letters, { channelId, message }]);
    void this.#sendAll();
  }

  /** One after the other. Never rejects. */
  async #sendAll() {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let failures = 0; ;) {
      const [letter] = this.#letters;
      if (letter === undefined) break;
      const { signal } = this.#hurry;
      try {
        await this.#api.send(letter.channelId, letter.message);
      } catch (error) {
        if (mayPass(error)) {
          failures += 1;
          await delay(backoffMs(failures), undefined, { signal, ref: false }).catch(() => (failures = 0));
          continue;
        }
        this.#log(`What was kept for ${letter.channelId} was refused: ${String(error?.message ?? error)}`);
      }
      failures = 0;
      this.#keep(this.#letters.filter((one) => one !== letter));
    }
    this.#isSending = false;
  }

  #keep(letters) {
    this.#letters = letters;
    if (letters.length === 0) {
      rmSync(this.#path, { force: true });
      return;
    }
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const part = `${this.#path}.${process.pid}.part`;
    writeFileSync(part, JSON.stringify({ letters }), { mode: 0o600, flush: true });
    renameSync(part, this.#path);
  }
}

const mayPass = (error) => error instanceof HubError && error.mayPass;

/** None where there is none that is whole. */
function readLetters(path) {
  try {
    const { letters } = JSON.parse(readFileSync(path, 'utf8'));
    return letters.filter(
      ({ channelId, message }) => typeof channelId === 'string' && typeof message?.clientGeneratedId === 'string',
    );
  } catch {
    return [];
  }
}

/** By path: an account that begins anew in the same gateway goes on with what the one before could not say. */
const outboxes = new Map();

/** @param {string} path @param {(line: string) => void} log @returns {Outbox} */
export function outboxAt(path, log) {
  const found = outboxes.get(path) ?? new Outbox(path, log);
  outboxes.set(path, found);
  return found;
}
