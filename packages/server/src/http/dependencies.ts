/** All that the handlers need; `main-server.ts` fills it. Tests do so with the same, but for small fakes of the engine and of how the parts are. */

import type { Waker } from '../pipelines/ports.ts';
import type {
  CatalogueReader,
  HealthProbe,
  LiveFeed,
  Log,
  RunIntake,
  RunReader,
  TaskReader,
  WaitReader,
} from './ports.ts';

export interface Dependencies {
  readonly reader: RunReader;
  readonly waits: WaitReader;
  readonly tasks: TaskReader;
  readonly intake: RunIntake;
  readonly waker: Waker;
  readonly catalogue: CatalogueReader;
  readonly health: HealthProbe;
  readonly live: LiveFeed;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly log: Log;
  /** Aborted when the server closes: streams end, waiting requests are answered. */
  readonly closing: AbortSignal;
  /** Silence on an event stream after which a comment shows that it lives; default 15,000. */
  readonly heartbeatMs?: number;
}
