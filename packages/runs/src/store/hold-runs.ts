/**
 * Holds everything unfinished, before any process drives runs: in a record that was copied or restored nobody knows
 * what was done after it was taken, so whatever goes on may do it twice. One transaction: all of them or none.
 *
 * A held run is a paused one that says why. Fences are raised, so that a driver that should still live has lost its
 * run; orders that were not followed yet are consumed, since one of them would let the run go on.
 */

import { finishedStatuses, nextRunStatus, runStatuses, type HoldReason } from '@perdure/contract';
import type { Connection } from '@perdure/db';
import { RunStatements, statusAfter } from './run-statements.ts';

/** Statuses that the transition table lets be held. */
const holdable = runStatuses.filter((status) => nextRunStatus(status, 'hold') !== undefined);

const list = (statuses: readonly string[]): string => statuses.map((status) => `'${status}'`).join(', ');

/** Answers how many were held by it. */
export function holdRuns(
  { sqlite }: Pick<Connection, 'sqlite'>,
  { reason, at }: { readonly reason: HoldReason; readonly at: number },
): number {
  const statements = new RunStatements(sqlite);
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    // A driver that never was has no fence to lose, and the first one is told by it.
    const held = sqlite
      .prepare(
        `UPDATE runs SET status = ?, fence = fence + (fence > 0), wait_kind = NULL, wake_at = NULL, wait_model = NULL,
          idle_ms = idle_ms + ? - updated_at, barren_drives = 0, updated_at = ?
        WHERE status IN (${list(holdable)}) RETURNING id`,
      )
      .all(statusAfter('hold'), at, at) as unknown as readonly { readonly id: string }[];
    sqlite
      .prepare(
        `UPDATE orders SET consumed_at = ? WHERE consumed_at IS NULL AND kind <> 'steer'
          AND run_id IN (SELECT id FROM runs WHERE status NOT IN (${list(finishedStatuses)}))`,
      )
      .run(at);
    for (const { id } of held)
      statements.appendEvent(id, { type: 'run.paused', data: { reason } }, { at, actor: 'owner' });
    sqlite.exec('COMMIT');
    return held.length;
  } catch (error) {
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
    throw error;
  }
}

/** How many are unfinished, by pipeline: what a start would go on with. */
export function unfinishedRuns({
  sqlite,
}: Pick<Connection, 'sqlite'>): readonly { readonly pipeline: string; readonly unfinished: number }[] {
  return sqlite
    .prepare(
      'SELECT pipeline, count(*) AS unfinished FROM runs WHERE ended_at IS NULL GROUP BY pipeline ORDER BY pipeline',
    )
    .all() as unknown as readonly { readonly pipeline: string; readonly unfinished: number }[];
}
