/** What a sender is given, and what it needs of the world. */

import type { Delivery } from '@perdure/contract';
import type { SendOutcome, StoredReport } from '../core/outbox.ts';
import type { Environment } from '../evidence/secrets.ts';

/** A report that is sent now, without a secret in it. */
export type Message = Pick<StoredReport, 'id' | 'taskId' | 'number' | 'reason' | 'text' | 'facts' | 'createdAt'>;

export type Send<Method extends Delivery['method']> = (
  message: Message,
  delivery: Extract<Delivery, { readonly method: Method }>,
  world: SenderWorld,
) => Promise<SendOutcome>;

export interface SenderWorld {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly env: Environment;
  /** After which an attempt is given up. */
  readonly timeoutMs: number;
  /** A secret by the name of its variable; undefined where there is none. */
  readonly readSecret: (variable: string) => string | undefined;
  /** Adds a line to the log of reports. */
  readonly log: (line: string) => void;
  /** Shows a line to whoever called; absent: nobody is there to see it. */
  readonly print?: ((line: string) => void) | undefined;
}
