/** The transaction that begins a drive (R1): the fence is raised, open orders are read, a `resume` among them is consumed, the record loaded. */

import type { DatabaseSync } from 'node:sqlite';
import { isFinished, nextRunStatus, PerdureError, type RunStatus } from '@perdure/contract';
import type { OrdersTable, RunsTable } from '@perdure/db';
import type { LoadedRun, NewEvent } from '../pipelines/ports.ts';
import type { RunStatements } from './run-statements.ts';
import { stepColumns, toStepRecord } from './step-row.ts';

export function createBegin(
  sqlite: DatabaseSync,
  statements: RunStatements,
): (runId: string, at: number) => LoadedRun | undefined {
  const readRun = sqlite.prepare('SELECT * FROM runs WHERE id = ?');
  const readOrders = sqlite.prepare(
    'SELECT * FROM orders WHERE run_id = ? AND consumed_at IS NULL ORDER BY created_at, id',
  );
  const readSteps = sqlite.prepare(`SELECT ${stepColumns} FROM steps WHERE run_id = ? ORDER BY seq`);
  readSteps.setReturnArrays(true);
  const consume = sqlite.prepare('UPDATE orders SET consumed_at = ? WHERE id = ?');
  const raise = sqlite.prepare(`
    UPDATE runs SET status = ?, fence = fence + 1, event_seq = event_seq + ?, barren_drives = ?, recoveries = recoveries + ?,
      error = ?, failed_key = ?, updated_at = ?
    WHERE id = ? RETURNING event_seq`);

  return (runId, at) => {
    const run = readRun.get(runId) as RunsTable | undefined;
    if (run === undefined) return undefined;
    const orders = readOrders.all(runId) as unknown as OrdersTable[];
    const takeUp = takingUp(run, orders, at);
    if (takeUp === undefined)
      return loaded(run, { status: run.status, fence: run.fence, barren: run.barren_drives, orders, steps: [] });
    for (const order of takeUp.consumed) consume.run(at, order.id);
    const { status, barren, error } = takeUp;
    const raised = raise.get(
      status,
      takeUp.events.length,
      barren,
      takeUp.isRecovery ? 1 : 0,
      error,
      error === null ? null : run.failed_key,
      at,
      runId,
    );
    statements.insertEvents(runId, takeUp.events, { at, actor: 'driver', lastSeq: Number(raised?.['event_seq']) });
    const left = orders.filter((order) => !takeUp.consumed.includes(order));
    return loaded(run, { status, fence: run.fence + 1, barren, orders: left, steps: readSteps.all(runId) });
  };
}

interface TakingUp {
  readonly status: RunStatus;
  readonly barren: number;
  readonly isRecovery: boolean;
  readonly error: string | null;
  readonly events: readonly NewEvent[];
  readonly consumed: readonly OrdersTable[];
}

/** What beginning a drive changes; undefined where there is nothing to drive. Pure. */
function takingUp(run: RunsTable, orders: readonly OrdersTable[], at: number): TakingUp | undefined {
  const barren = run.barren_drives + 1;
  const kept = { barren, isRecovery: false, error: run.error, events: [], consumed: [] };
  if (isFinished(run.status)) return undefined;
  if (run.status === 'paused' || run.status === 'needs_attention') {
    // A pause that is still open met a run at rest: it has no effect any more. A cancel takes the run up as a resume does.
    const consumed = orders.filter((order) => order.kind !== 'cancel');
    const isResumed = consumed.some((order) => order.kind === 'resume');
    if (!isResumed && consumed.length === orders.length)
      return orders.length === 0 ? undefined : { ...kept, barren: run.barren_drives, status: run.status, consumed };
    const queued = arrow(run.status, 'resume');
    const error = run.undo_outcome === null ? null : run.error;
    return {
      ...kept,
      status: arrow(queued, 'drive'),
      barren: 1,
      error,
      events: isResumed ? [{ type: 'run.resumed', data: {} }] : [],
      consumed,
    };
  }
  const status = arrow(run.status, 'drive');
  if (run.status === 'running' || run.status === 'undoing') {
    const downMs = Math.max(0, at - run.updated_at);
    return { ...kept, status, isRecovery: true, events: [{ type: 'run.recovered', data: { downMs } }] };
  }
  return { ...kept, status, events: run.fence === 0 ? [{ type: 'run.started', data: {} }] : [] };
}

function arrow(status: RunStatus, action: 'drive' | 'resume'): RunStatus {
  const next = nextRunStatus(status, action);
  if (next === undefined)
    throw new PerdureError('internal', `A ${status} run cannot "${action}"; please report this (77d90e1b).`);
  return next;
}

function loaded(
  run: RunsTable,
  now: {
    readonly status: RunStatus;
    readonly fence: number;
    readonly barren: number;
    readonly orders: readonly OrdersTable[];
    readonly steps: readonly unknown[];
  },
): LoadedRun {
  return {
    id: run.id,
    pipeline: run.pipeline,
    status: now.status,
    fence: now.fence,
    input: run.input,
    error: run.error === null ? null : JSON.parse(run.error),
    undoOutcome: run.undo_outcome,
    logCount: run.log_count,
    barrenDrives: now.barren,
    waitBefore: run.wait_kind === null ? null : { kind: run.wait_kind, wakeAt: run.wake_at },
    parent: run.parent_run === null ? null : { runId: run.parent_run, stepKey: run.parent_key ?? '' },
    steps: now.steps.map(toStepRecord),
    orders: now.orders.map(({ id, kind }) => ({ id, kind })),
  };
}
