/**
 * A step whose start has nothing to be known before it acts is recorded with its end alone: a commit saved. One that
 * lasts is written down as begun all the same, so that whoever looks at the run sees what is under way, and since when.
 */

import type { DriveSession } from '../session/drive-session.ts';
import type { StartedStep } from '../record/record.ts';
import type { LeafKind } from './step-port.ts';
import { writeStart } from './step-writes.ts';

/** Nearly all steps are over by then. */
const shownAfterMs = 1_000;

/** Within a call in flight: `work`, the step shown while it lasts. */
export async function shownWhileItLasts<T>(
  session: DriveSession,
  step: StartedStep<LeafKind>,
  work: () => Promise<T>,
): Promise<T> {
  const { record, inFlight, clock } = session;
  if (record.find(step.key) !== undefined) return await work();
  // Where the end is written first, that stands (R3).
  const cancel = clock.after(shownAfterMs, () => void inFlight.run(() => writeStart(session, step)));
  try {
    return await work();
  } finally {
    cancel();
  }
}
