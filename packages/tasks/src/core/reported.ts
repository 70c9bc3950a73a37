/** What is known of earlier reports when the next is thought of. */

/** What was reported of a task so far, in the order in which it was, whatever the clock said. */
export interface Reported {
  /** Of the newest report; absent: there was none. */
  readonly lastAt?: number | undefined;
  /** Of the newest one that came at once. */
  readonly lastImmediateAt?: number | undefined;
  /** A timed one has not been sent yet. */
  readonly timedWaits?: boolean;
}
