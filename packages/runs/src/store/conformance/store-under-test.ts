/** What the suite needs of a store: its ports, and another process's view of the same data. */

import type { RunIntake, RunReader, WaitReader } from '../../desk/ports.ts';
import type { RunJournal } from '../../record/journal.ts';
import type { SweepStore } from '../../drive/sweep.ts';

/** What one process sees of a store. */
export interface StoreHandle {
  readonly journal: RunJournal;
  readonly intake: RunIntake;
  readonly sweep: SweepStore;
  readonly reader: RunReader;
  readonly waits: WaitReader;
}

/** An outage of a model, as those who ask it keep it: runs read it, and move its time. Milliseconds since the epoch. */
export interface KnownOutage {
  readonly since: number;
  readonly nextAt: number;
  readonly reason: string;
}

export interface StoreUnderTest extends StoreHandle {
  /** Keeps it; undefined: the model is back. */
  setOutage(model: string, outage: KnownOutage | undefined): Promise<void>;
  /** The same data as another process sees it. */
  another(): Promise<StoreHandle>;
  /** Closes all handles. */
  close(): Promise<void>;
}

/** Opens a store that is empty. `clock`: the time that its readers go by. */
export type OpenStore = (clock: () => number) => Promise<StoreUnderTest>;
