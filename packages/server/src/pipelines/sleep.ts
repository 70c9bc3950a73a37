/** Durable time: a sleeping run holds no timer of this process, only its line in the record and one in the engine. */

import { PerdureError } from '@perdure/contract';
import { never } from './drive-session.ts';
import type { SessionScope } from './step-scope.ts';
import { writeDone, writeStart } from './step-writes.ts';

/** Ten years: what is longer is a mistake in units. */
const longestMs = 10 * 365 * 24 * 3_600_000;

export async function sleep(scope: SessionScope, key: string, ms: number): Promise<void> {
  const { session } = scope;
  if (!Number.isFinite(ms) || ms < 0 || ms > longestMs) {
    session.stopForAttention(
      new PerdureError(
        'invalid_input',
        `ctx.sleep("${key}", ${ms}) cannot be slept: give 0 to ${longestMs} milliseconds, then resume the run.`,
      ),
    );
    return await never();
  }
  const found = scope.enter(key, { kind: 'sleep' });
  if (found === 'blocked') return await never();
  if (found?.status === 'done') return;
  if (!session.mayBegin) return await never();
  const fullKey = scope.keyOf(key);
  const started =
    found ??
    (await session.inFlight(() =>
      writeStart(
        session,
        { key, kind: 'sleep', startDetail: { wakeAt: session.clock.now() + ms } },
        { key: fullKey, undoable: false },
      ),
    ));
  const wakeAt = Number(started.detail?.['wakeAt'] ?? 0);
  if (wakeAt > session.clock.now()) await session.park(fullKey, { kind: 'timer', wakeAt });
  await session.inFlight(() => writeDone(session, started, { result: undefined }));
}
