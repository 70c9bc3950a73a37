/**
 * Keeps what is to be written until it is: a record that refuses for a reason that passes (another program holds its
 * lock, the disk is full or fails) is asked again. The result of a finished call is in memory only; who threw it away
 * would pay for a turn twice, and would have to ask a person what became of a call that has ended well.
 *
 * Nothing can be overtaken meanwhile: each try names the fence, and where another driver has the run it is lost (R2).
 */

import { isPerdureError, type ErrorCode } from '@perdure/contract';
import type { Clock } from '../record/ports.ts';
import type { Gate } from './gate.ts';

/** What a record says that may be written later. */
const passing: readonly ErrorCode[] = ['unavailable', 'storage_full', 'storage_read_only'];

/** Milliseconds from one try to the next; the last one stands for all that follow. */
const pausesMs = [100, 250, 500, 1_000, 2_000] as const;
const longestPauseMs = 2_000;

/** How long a worker that stops tries on: less than it is given to close. */
const lastTriesMs = 4_000;

export class Persistence {
  readonly #clock: Clock;
  readonly #gate: Pick<Gate, 'isCutOff'>;
  #triesUntil = Infinity;

  constructor(deps: { readonly clock: Clock; readonly gate: Pick<Gate, 'isCutOff'> }) {
    this.#clock = deps.clock;
    this.#gate = deps.gate;
  }

  /** The worker stops: what cannot be written soon is given up. */
  hurry(): void {
    this.#triesUntil = Math.min(this.#triesUntil, this.#clock.now() + lastTriesMs);
  }

  /** Settles as `ask` does that was not refused for a reason that passes. */
  async of<T>(ask: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await ask();
      } catch (error) {
        if (!passes(error) || this.#gate.isCutOff || this.#clock.now() >= this.#triesUntil) throw error;
        await this.#pause(pausesMs[tries] ?? longestPauseMs);
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => this.#clock.after(ms, resolve));
  }
}

function passes(error: unknown): boolean {
  return isPerdureError(error) && passing.includes(error.code);
}
