/**
 * The person of a chaos run: looks for calls whose outcome nobody knows, asks the effects server what became of each,
 * and answers by that. What is decided is written down before it is sent, whether or not the answer is taken.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { Wait } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { z } from 'zod';
import { inquire } from './effects-client.ts';
import type { Decision } from './facts.ts';

export interface PersonOptions {
  readonly client: () => Client;
  readonly effectsUrl: string;
  /** Gives everything up. */
  readonly signal: AbortSignal;
}

const pollMs = 500;
const patienceMs = 10_000;

const contextSchema = z.object({ stepKey: z.string() });

/** Begins when it is made, ends when it is disposed of. */
export class Person implements AsyncDisposable {
  /** Each decision once for every time it was sent. */
  readonly decisions: Decision[] = [];
  readonly #options: PersonOptions;
  readonly #leave = new AbortController();
  readonly #signal: AbortSignal;
  readonly #work: Promise<void>;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#leave.signal]);
    this.#work = this.#answerAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave.abort();
    await this.#work;
  }

  async #answerAll(): Promise<void> {
    while (!this.#signal.aborted) {
      // The server is killed all the time: what could not be asked or answered is still there at the next look.
      const open = await this.#openQuestions().catch(() => []);
      for (const wait of open) await this.#answer(wait).catch(() => undefined);
      await delay(pollMs, undefined, { signal: this.#signal }).catch(() => undefined);
    }
  }

  async #openQuestions(): Promise<readonly Wait[]> {
    const { data } = await this.#options.client().listWaits({ query: { limit: 1_000 } }, this.#call());
    return data.filter(({ purpose }) => purpose === 'outcome');
  }

  async #answer({ id, runId, context }: Wait): Promise<void> {
    const { client, effectsUrl } = this.#options;
    const idempotencyKey = `${runId}/${contextSchema.parse(context).stepKey}`;
    const effect = await inquire(effectsUrl, idempotencyKey, { asker: 'person', signal: this.#call().signal });
    const answer = effect === undefined ? { decision: 'run_again' } : { decision: 'done', result: effect };
    const decided = { waitId: id, idempotencyKey, answer: JSON.stringify(answer), at: Date.now() };
    const place = this.decisions.push({ ...decided, isAcknowledged: false }) - 1;
    await client().answerWait({ params: { id }, body: { answer } }, this.#call());
    this.decisions[place] = { ...decided, isAcknowledged: true };
  }

  #call(): { readonly signal: AbortSignal } {
    return { signal: AbortSignal.any([this.#signal, AbortSignal.timeout(patienceMs)]) };
  }
}
