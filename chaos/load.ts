/**
 * The client of a chaos run: keeps so many runs in flight, writes down every acknowledgement, and repeats what was not
 * acknowledged under the same idempotency key, as a client should.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { errorCatalogue, isFinished, isPerdureError, type Run } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import type { Acknowledgement } from './facts.ts';

/** How much, of what, and until when. */
export interface LoadOptions {
  readonly client: () => Client;
  /** Runs in flight. */
  readonly lanes: number;
  readonly firstSeed: number;
  /** Gives everything up. */
  readonly signal: AbortSignal;
}

const retryMs = 250;
const pollMs = 500;
const patienceMs = 10_000;

/** Begins when it is made. */
export class Load {
  readonly acknowledgements: Acknowledgement[] = [];
  readonly #options: LoadOptions;
  readonly #lanes: readonly Promise<void>[];
  #seed: number;
  #isEnding = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#seed = options.firstSeed;
    this.#lanes = Array.from({ length: options.lanes }, async () => await this.#lane());
  }

  /** Starts no more runs; resolves when those in flight have come to a stop, or when the signal gives them up. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#lanes);
  }

  async #lane(): Promise<void> {
    const { signal } = this.#options;
    while (!this.#isEnding && !signal.aborted) {
      const seed = this.#seed++;
      const runId = await this.#submit(seed);
      // One in four is sent again after its acknowledgement: the answer got lost on the way, say.
      if (seed % 4 === 0) await this.#submit(seed);
      if (runId !== undefined) await this.#untilStopped(runId);
    }
  }

  async #submit(seed: number): Promise<string | undefined> {
    const { client, signal } = this.#options;
    const idempotencyKey = `chaos-${seed}`;
    while (!signal.aborted) {
      try {
        const { data } = await client().startRun(
          { body: { pipeline: 'chaos-mix', input: { seed } }, headers: { 'idempotency-key': idempotencyKey } },
          { signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) },
        );
        this.acknowledgements.push({ idempotencyKey, runId: data.id, at: Date.now() });
        return data.id;
      } catch (error) {
        // Not acknowledged, so nothing is promised: it is tried again. What says that trying again is pointless is a
        // defect.
        if (isPerdureError(error) && !errorCatalogue[error.code].retryable) throw error;
        await pause(retryMs, signal);
      }
    }
    return undefined;
  }

  async #untilStopped(runId: string): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted && !(await this.#hasStopped(runId))) await pause(pollMs, signal);
  }

  /** False as well when nobody answers. */
  async #hasStopped(runId: string): Promise<boolean> {
    const { client, signal } = this.#options;
    try {
      const call = { signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) };
      const { data } = await client().getRun({ params: { id: runId } }, call);
      return isOver(data as Run);
    } catch {
      return false;
    }
  }
}

/** A call whose outcome is not known only holds the run up: a person is going to say how it goes on. */
function isOver({ status, error }: Run): boolean {
  return isFinished(status) || (status === 'needs_attention' && error?.code !== 'outcome_unknown');
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
