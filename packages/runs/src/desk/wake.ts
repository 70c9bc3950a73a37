/**
 * Tells engine and watchers that a run's record has grown. A failure here loses nothing: the record holds the reason to
 * go on.
 */

import { messageOf } from '@perdure/contract';
import type { RunDeskDeps } from './ports.ts';

/** False when the engine could not be told now; the waker goes on trying, and the sweep is behind it. */
export async function wakeOrLog(deps: Pick<RunDeskDeps, 'live' | 'waker' | 'log'>, runId: string): Promise<boolean> {
  // Our own writes do not show in our own `data_version`.
  deps.live.publish(runId, { type: 'committed' });
  try {
    await deps.waker.wake(runId);
    return true;
  } catch (error) {
    const reason = messageOf(error);
    deps.log(`run ${runId} is recorded, but the engine could not be told: ${reason}; it is told as soon as it answers`);
    return false;
  }
}
