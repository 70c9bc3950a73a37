/**
 * The work of a drive that is under way: the drive does not end before it has settled (P2). Work that can no longer
 * matter here is abandoned: its call stays pending, and nobody sees why.
 */

import type { Clock } from '../record/ports.ts';
import type { End } from '../record/settle.ts';
import type { Gate } from './gate.ts';
import { Patience } from './patience.ts';

export class InFlight {
  readonly #gate: Gate;
  readonly #clock: Clock;
  readonly #patience: Patience;
  readonly #onIdle: () => void;
  #count = 0;
  #onceCalls = 0;

  constructor(deps: { readonly gate: Gate; readonly clock: Clock; readonly onIdle: () => void }) {
    this.#gate = deps.gate;
    this.#clock = deps.clock;
    this.#onIdle = deps.onIdle;
    const patience = new Patience(deps.clock);
    this.#patience = patience;
    deps.gate.onChange(() => {
      if (deps.gate.isClosed) patience.end();
      else if (deps.gate.halted?.kind === 'cancel') patience.begin();
    });
  }

  get isBusy(): boolean {
    return this.#count > 0;
  }

  /** Whether a call is under way that must not be made twice. */
  get isDelicate(): boolean {
    return this.#onceCalls > 0;
  }

  /** Counts `work` as in flight. Where it was abandoned the promise stays pending. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await work();
    } catch (error) {
      if (error !== abandoned) throw error;
    } finally {
      this.#count -= 1;
      if (this.#count === 0) this.#onIdle();
    }
    return await never();
  }

  /** Within a call in flight: `work` must not be cut off, since it must not be done twice. */
  async once<T>(work: () => Promise<T>): Promise<T> {
    this.#onceCalls += 1;
    try {
      return await work();
    } finally {
      this.#onceCalls -= 1;
    }
  }

  /**
   * Within a call in flight: how somebody's code ended. Where the run was cancelled meanwhile it is abandoned, also if
   * it ignores its signal for too long: what an abort broke off is neither done nor failed.
   */
  async settle<T>(work: () => Promise<T>): Promise<End<T>> {
    try {
      return { kind: 'done', value: await this.#patience.of(work(), abandoned) };
    } catch (error) {
      if (error === abandoned || this.#gate.signal.aborted) throw abandoned;
      return { kind: 'failed', error };
    }
  }

  /** Within a call in flight: lets time pass; abandoned where meanwhile nothing new may begin. */
  async delay(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stopListening();
        cancel();
        resolve();
      };
      const cancel = this.#clock.after(ms, done);
      const stopListening = this.#gate.onChange(done);
      if (!this.#gate.isOpen) done();
    });
    if (!this.#gate.isOpen) throw abandoned;
  }
}

/**
 * Thrown by our machinery to leave a call in flight that cannot settle in this drive; `InFlight` catches it, nobody
 * else sees it.
 */
export const abandoned: unique symbol = Symbol('abandoned');

/** A promise that never settles: what a call returns that cannot go on in this drive (P2). */
export function never(): Promise<never> {
  return new Promise(() => {
    // Nothing holds it, so it is collected with the closures that wait on it.
  });
}
