/**
 * The transaction that begins a drive (R1): the run and its inbox are read, the take-up is written, the steps are
 * loaded.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { OrdersTable, RunsTable } from '@perdure/db';
import { takeUp, type Progress } from '../decide/take-up.ts';
import type { BeginOptions } from '../record/journal.ts';
import type { LoadedRun } from '../record/record.ts';
import { inboxOf, inboxRows } from './inbox.ts';
import { textOf, toRunState } from './run-row.ts';
import type { RunStatements } from './run-statements.ts';
import { stepColumns, toStepRecord } from './step-row.ts';

export function createBegin(
  sqlite: DatabaseSync,
  statements: RunStatements,
): (runId: string, at: number, options?: BeginOptions) => LoadedRun | undefined {
  const readRun = sqlite.prepare('SELECT * FROM runs WHERE id = ?');
  const readOrders = sqlite.prepare(
    `SELECT * FROM orders WHERE run_id = ? AND (${inboxRows}) ORDER BY created_at, rowid`,
  );
  const readProgress = sqlite.prepare(
    `SELECT coalesce(max(seq), 0) AS seq, coalesce(sum(kind = 'turn'), 0) AS turns FROM steps WHERE run_id = ?`,
  );
  const readSteps = sqlite.prepare(`SELECT ${stepColumns} FROM steps WHERE run_id = ? ORDER BY seq`);
  readSteps.setReturnArrays(true);
  const consume = sqlite.prepare('UPDATE orders SET consumed_at = ? WHERE id = ?');
  const write = sqlite.prepare(`
    UPDATE runs SET status = ?, fence = ?, event_seq = event_seq + ?, barren_drives = ?, recoveries = ?, error = ?, failed_key = ?,
      idle_ms = ?, cleared = ?, updated_at = ?
    WHERE id = ? RETURNING event_seq`);

  return (runId, at, { wasStuck = false } = {}) => {
    const row = readRun.get(runId) as RunsTable | undefined;
    if (row === undefined) return undefined;
    const inbox = inboxOf(readOrders.all(runId) as unknown as OrdersTable[]);
    const progress = () => readProgress.get(runId) as unknown as Progress;
    const taken = takeUp(toRunState(row), inbox.orders, { at, progress, wasStuck });
    if (taken.kind === 'none') return { ...toRunState(row), ...inbox, steps: [] };
    const { run, events, consumed } = taken;
    for (const id of consumed) consume.run(at, id);
    const written = write.get(
      run.status,
      run.fence,
      events.length,
      run.barrenDrives,
      run.recoveries,
      textOf(run.error),
      run.failedKey,
      run.idleMs,
      textOf(run.cleared),
      run.updatedAt,
      runId,
    );
    statements.insertEvents(runId, events, { at, actor: 'driver', lastSeq: Number(written?.['event_seq']) });
    const orders = inbox.orders.filter(({ id }) => !consumed.includes(id));
    return { ...run, orders, steers: inbox.steers, steps: readSteps.all(runId).map(toStepRecord) };
  };
}
