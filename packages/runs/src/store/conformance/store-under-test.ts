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

export interface StoreUnderTest extends StoreHandle {
  /** The same data as another process sees it. */
  another(): Promise<StoreHandle>;
  /** Closes all handles. */
  close(): Promise<void>;
}

/** Opens a store that is empty. `clock`: the time that its readers go by. */
export type OpenStore = (clock: () => number) => Promise<StoreUnderTest>;
