/**
 * Finds the one of several runs that ends the worker. Runs that were under way when their worker was lost, twice in a
 * row without a commit, are suspects, and are driven one at a time: the first that commits anything has shown that it
 * is none, and lets the next one begin. A drive that only waited for its turn does not count (R7), so the guilty one
 * alone is set aside in the end.
 */

import { abandoned } from '../session/in-flight.ts';
import type { DriveSession } from '../session/drive-session.ts';

/** Drives begun in a row without a commit, the present one included, that make a run a suspect. */
export const suspectAfter = 3;

export class Apart {
  #alone: string | undefined;
  readonly #waiting = new Set<() => void>();

  /** Resolves when the run is the only suspect at work, or has something else to do than to work. */
  async turn(session: DriveSession): Promise<void> {
    if (this.#alone !== undefined) await uncount(session);
    while (this.#alone !== undefined && session.gate.isOpen) await this.#nextChange(session);
    if (session.gate.isOpen) this.#alone = session.run.id;
  }

  /** The run has committed something, or its drive is over. */
  release(runId: string): void {
    if (this.#alone !== runId) return;
    this.#alone = undefined;
    for (const look of this.#waiting) look();
  }

  #nextChange({ gate }: DriveSession): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        stopListening();
        this.#waiting.delete(look);
        resolve();
      };
      const stopListening = gate.onChange(look);
      this.#waiting.add(look);
    });
  }
}

/** Where the run is lost or the record out of reach, the gate says so. */
async function uncount({ record, run }: DriveSession): Promise<void> {
  try {
    await record.commit({ barrenDrives: run.barrenDrives - 1 });
  } catch (error) {
    if (error !== abandoned) throw error;
  }
}
