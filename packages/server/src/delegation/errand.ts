/**
 * Something that somebody in the hub is to do and to return, whoever waits for it: a run, or a task. What is known of
 * it comes from the record each time it is looked at; that it was said, and what was returned, lies in the hub.
 */

import type { LaneReturn } from '@perdure/tasks/returns';

export interface Errand {
  /** Under it everything is said once. */
  readonly id: string;
  /** The handle of the one who is to do it. */
  readonly to: string;
  /** Absent: the channel of the owner and the one alone. */
  readonly channelId?: string;
  /** What is said, with the form of a return. */
  readonly message: string;
  /** `tell`: it is said if it was not. `take`: what comes back is taken. `closed`: what comes back is late. */
  readonly standing: 'tell' | 'take' | 'closed';
  /** Told to whoever is at it, where nobody waits for it any more. */
  readonly over?: string;
  /** Whether a return is the one of this errand. */
  /** What stands in a return of it that has a mistake, each of them. */
  readonly marks: readonly string[];
  readonly isFor: (given: LaneReturn) => boolean;
  readonly take: (returned: Returned) => Promise<Taken>;
  /** Nobody can be told of it, and nobody will. */
  readonly undeliverable: (why: string) => Promise<void>;
}

export interface Returned {
  readonly given: LaneReturn;
  /** From its first header on. */
  readonly text: string;
  readonly messageId: string;
  /** A handle. */
  readonly by: string;
  /** When it was said, in milliseconds since the epoch. */
  readonly at: number;
}

/** `unfit`: it is to be corrected; `why` is a clause. */
export type Taken = { readonly kind: 'taken' } | { readonly kind: 'unfit'; readonly why: string };
