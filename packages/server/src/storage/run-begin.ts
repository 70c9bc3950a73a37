/** The transaction that begins a drive (R1): the fence is raised, open orders are read, a `resume` among them is consumed, the record loaded. */

import type { DatabaseSync } from 'node:sqlite';
import { isFinished, nextRunStatus, PerdureError, type RunStatus } from '@perdure/contract';
import type { OrdersTable, RunsTable } from '@perdure/db';
import type { Cleared, Inbox, LoadedRun, NewEvent, PendingOrder } from '../pipelines/ports.ts';
import { inboxOf, inboxRows } from './inbox.ts';
import type { RunStatements } from './run-statements.ts';
import { stepColumns, toStepRecord } from './step-row.ts';

/** The run whose uuids a run has: noted when it was forked. A fork of before that was noted has its own. */
export function createOriginOf(sqlite: DatabaseSync): (run: Pick<RunsTable, 'id' | 'forked_from_run'>) => string {
  const read = sqlite.prepare(`SELECT data ->> '$.origin' AS origin FROM events WHERE run_id = ? AND seq = 1`);
  return ({ id, forked_from_run: cameFrom }) => (cameFrom === null ? id : String(read.get(id)?.['origin'] ?? id));
}

export function createBegin(
  sqlite: DatabaseSync,
  statements: RunStatements,
): (runId: string, at: number) => LoadedRun | undefined {
  const readRun = sqlite.prepare('SELECT * FROM runs WHERE id = ?');
  const readOrders = sqlite.prepare(`SELECT * FROM orders WHERE run_id = ? AND (${inboxRows}) ORDER BY created_at, id`);
  const readProgress = sqlite.prepare(
    `SELECT coalesce(max(seq), 0) AS seq, coalesce(sum(kind = 'turn'), 0) AS turns FROM steps WHERE run_id = ?`,
  );
  const readSteps = sqlite.prepare(`SELECT ${stepColumns} FROM steps WHERE run_id = ? ORDER BY seq`);
  readSteps.setReturnArrays(true);
  const originOf = createOriginOf(sqlite);
  const consume = sqlite.prepare('UPDATE orders SET consumed_at = ? WHERE id = ?');
  const raise = sqlite.prepare(`
    UPDATE runs SET status = ?, fence = fence + 1, event_seq = event_seq + ?, barren_drives = ?, recoveries = recoveries + ?,
      error = ?, failed_key = ?, idle_ms = idle_ms + ?, cleared = coalesce(?, cleared), updated_at = ?
    WHERE id = ? RETURNING event_seq`);

  return (runId, at) => {
    const run = readRun.get(runId) as RunsTable | undefined;
    if (run === undefined) return undefined;
    const inbox = inboxOf(readOrders.all(runId) as unknown as OrdersTable[]);
    const takeUp = takingUp(run, inbox.orders, at);
    const originId = originOf(run);
    if (takeUp === undefined) return loaded(run, { ...inbox, originId, steps: [] });
    for (const order of takeUp.consumed) consume.run(at, order.id);
    const idleMs = restful.has(run.status) ? Math.max(0, at - run.updated_at) : 0;
    const cleared =
      run.status === 'needs_attention' ? clearedNow(run, { at, idleMs, progress: readProgress.get(runId) }) : undefined;
    const { status, barren, error } = takeUp;
    const raised = raise.get(
      status,
      takeUp.events.length,
      barren,
      takeUp.isRecovery ? 1 : 0,
      error,
      error === null ? null : run.failed_key,
      idleMs,
      cleared === undefined ? null : JSON.stringify(cleared),
      at,
      runId,
    );
    statements.insertEvents(runId, takeUp.events, { at, actor: 'driver', lastSeq: Number(raised?.['event_seq']) });
    const left = inbox.orders.filter((order) => !takeUp.consumed.includes(order));
    const now = { ...run, status, fence: run.fence + 1, barren_drives: barren, idle_ms: run.idle_ms + idleMs };
    const clearedText = cleared === undefined ? run.cleared : JSON.stringify(cleared);
    return loaded(
      { ...now, cleared: clearedText },
      { orders: left, steers: inbox.steers, originId, steps: readSteps.all(runId) },
    );
  };
}

/** Statuses in which a run works on nothing: their time is on nobody's budget. */
const restful: ReadonlySet<RunStatus> = new Set(['waiting', 'paused', 'needs_attention']);

/** Somebody has looked at the run and lets it go on: what it has used so far no longer counts. */
function clearedNow(
  run: RunsTable,
  now: { readonly at: number; readonly idleMs: number; readonly progress: unknown },
): Cleared {
  const { seq, turns } = now.progress as { readonly seq: number; readonly turns: number };
  const activeMs = now.at - run.created_at - run.idle_ms - now.idleMs;
  return { seq, turns, tokens: run.input_tokens + run.output_tokens, activeMs };
}

interface TakingUp {
  readonly status: RunStatus;
  readonly barren: number;
  readonly isRecovery: boolean;
  readonly error: string | null;
  readonly events: readonly NewEvent[];
  readonly consumed: readonly PendingOrder[];
}

/** What beginning a drive changes; undefined where there is nothing to drive. Pure. */
function takingUp(run: RunsTable, orders: readonly PendingOrder[], at: number): TakingUp | undefined {
  const barren = run.barren_drives + 1;
  const kept = { barren, isRecovery: false, error: run.error, events: [], consumed: [] };
  if (isFinished(run.status)) return undefined;
  if (run.status === 'paused' || run.status === 'needs_attention') {
    // A pause that is still open met a run at rest: it has no effect any more. A cancel takes the run up as a resume does.
    const resumedBy = orders.findLastIndex((order) => order.kind === 'resume');
    const isResumed = resumedBy >= 0;
    const consumed = orders.filter((order, at) => order.kind !== 'cancel' && (!isResumed || at <= resumedBy));
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
  { orders, steers, originId, steps }: Inbox & { readonly originId: string; readonly steps: readonly unknown[] },
): LoadedRun {
  return {
    id: run.id,
    originId,
    pipeline: run.pipeline,
    status: run.status,
    fence: run.fence,
    input: run.input,
    error: run.error === null ? null : JSON.parse(run.error),
    failedKey: run.failed_key,
    undoOutcome: run.undo_outcome,
    logCount: run.log_count,
    barrenDrives: run.barren_drives,
    waitBefore: run.wait_kind === null ? null : { kind: run.wait_kind, wakeAt: run.wake_at },
    parent: run.parent_run === null ? null : { runId: run.parent_run, stepKey: run.parent_key ?? '' },
    budget: run.budget === null ? null : JSON.parse(run.budget),
    createdAt: run.created_at,
    idleMs: run.idle_ms,
    tokens: run.input_tokens + run.output_tokens,
    cleared: run.cleared === null ? null : JSON.parse(run.cleared),
    steps: steps.map(toStepRecord),
    orders,
    steers,
  };
}
