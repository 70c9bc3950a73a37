/** Calls of a drive that wait without holding anything (P3): for a time, a person, a child. */

import type { Gate } from './gate.ts';
import type { Clock } from '../record/ports.ts';
import type { RunWait } from '../record/record.ts';

export class Parking {
  readonly #gate: Gate;
  readonly #clock: Clock;
  readonly #onParked: () => void;
  readonly #waits = new Map<string, RunWait>();
  /** Look again, of calls that wait for somebody. */
  readonly #lookers = new Set<() => void>();

  constructor(deps: { readonly gate: Gate; readonly clock: Clock; readonly onParked: () => void }) {
    this.#gate = deps.gate;
    this.#clock = deps.clock;
    this.#onParked = deps.onParked;
  }

  get isEmpty(): boolean {
    return this.#waits.size === 0;
  }

  /** The wait that the run shows: the earliest timer, else the first of the others. */
  get nearest(): RunWait | undefined {
    return [...this.#waits.values()].toSorted((a, b) => (a.wakeAt ?? Infinity) - (b.wakeAt ?? Infinity))[0];
  }

  /**
   * Parks the call at `key`. Resolves only within a drive that still lives when the time has come; otherwise a later
   * drive, woken by the engine, finds it past.
   */
  park(key: string, wait: RunWait): Promise<void> {
    this.#waits.set(key, wait);
    this.#onParked();
    return new Promise((resolve) => {
      let forget: (() => void) | undefined;
      const unpark = (): void => {
        this.#lookers.delete(unpark);
        forget?.();
        if (!this.#gate.isOpen) return;
        this.#waits.delete(key);
        resolve();
      };
      if (wait.kind !== 'timer') this.#lookers.add(unpark);
      if (wait.wakeAt === null) return;
      const cancel = this.#clock.after(wait.wakeAt - this.#clock.now(), unpark);
      const stopListening = this.#gate.onChange(() => forget?.());
      forget = () => {
        cancel();
        stopListening();
      };
    });
  }

  /**
   * Lets calls that wait for somebody look again: a child may have ended, a person answered, while other branches keep
   * this drive alive.
   */
  lookAgain(): void {
    const parked = [...this.#lookers];
    this.#lookers.clear();
    for (const unpark of parked) unpark();
  }
}
