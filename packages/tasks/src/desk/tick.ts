/**
 * The sweep over all tasks that should run: what is due is reported, standstills are named, and what waits is sent. It
 * changes no task: one that rests is told of and left as it is. A task that cannot be looked at is named, and stops
 * none of the others.
 */

import { messageOf, type PerdureError, type ReportReason, type Task } from '@perdure/contract';
import { deliveryOf } from '../core/delivery.ts';
import { draftFound } from '../core/report-draft.ts';
import { findReport, standstillOf, type Finding } from '../core/report-due.ts';
import type { TaskStore } from '../core/ports.ts';
import { sendReports, type SendDeps, type Sent } from './send-reports.ts';

export interface TickDeps extends SendDeps {
  readonly store: Pick<TaskStore, 'list' | 'outbox'>;
  /** What else is over by now and has to be written down; answers what it found of the task. */
  readonly expire?: (task: Task) => Promise<readonly string[]>;
}

export interface TickRequest {
  /** Names whoever sweeps, among those that do. */
  readonly holder: string;
  /** Whether it sweeps again soon, and so keeps the others away until then. */
  readonly staysFor?: number;
}

type Why = Extract<Finding, { kind: 'nothing' }>['why'];

export type TickResult =
  | { readonly task_id: string; readonly status: 'queued'; readonly reason: ReportReason }
  | { readonly task_id: string; readonly status: 'stale' | 'expired'; readonly reason: string }
  | {
      readonly task_id: string;
      readonly status: 'skipped';
      readonly reason: Why | 'no_delivery_binding' | 'noop' | 'told';
    }
  | { readonly task_id: string; readonly status: 'error'; readonly reason: string };

export interface TickOutcome {
  /** False where somebody else looks for what is due just now: then only what waits was sent. */
  readonly swept: boolean;
  readonly scanned: number;
  /** Those of them that are bound. */
  readonly eligible: number;
  readonly results: readonly TickResult[];
  readonly deliveries: readonly Sent[];
}

/** Long enough for a sweep over very many tasks, short enough that the next may follow one that was killed. */
const sweepMs = 45_000;
const atOnce = 500;

export async function tick(deps: TickDeps, { holder, staysFor = 0 }: TickRequest): Promise<TickOutcome> {
  const { store, now } = deps;
  const hold = async () =>
    await store.outbox.holdSweep(holder, { now: now(), until: now() + Math.max(staysFor, sweepMs) });
  if (!(await hold())) {
    return { swept: false, scanned: 0, eligible: 0, results: [], deliveries: await sendReports(deps) };
  }
  try {
    const scan = await scanAll(deps, hold);
    await store.outbox.prune(now());
    return { swept: true, ...scan, deliveries: await sendReports(deps) };
  } finally {
    if (staysFor === 0) await store.outbox.releaseSweep(holder);
  }
}

async function scanAll(
  deps: TickDeps,
  hold: () => Promise<boolean>,
): Promise<Pick<TickOutcome, 'scanned' | 'eligible' | 'results'>> {
  const results: TickResult[] = [];
  let [scanned, eligible, cursor]: [number, number, string | undefined] = [0, 0, undefined];
  const onUnreadable = (error: PerdureError) => {
    scanned += 1;
    const id = error.details?.['task_id'];
    results.push({ task_id: typeof id === 'string' ? id : '', status: 'error', reason: error.message });
  };
  do {
    const where = cursor === undefined ? {} : { cursor };
    const page: Awaited<ReturnType<TaskStore['list']>> = await deps.store.list(
      { state: 'running' },
      { limit: atOnce, onUnreadable, ...where },
    );
    scanned += page.data.length;
    eligible += page.data.filter((task) => deliveryOf(task) !== undefined).length;
    // All at once: what they write shares transactions.
    const found = await Promise.all(page.data.map(async (task) => await lookAt(deps, task)));
    results.push(...found.flat());
    cursor = page.next;
    // Somebody else has begun meanwhile, who thought us dead: what is left is theirs.
  } while (cursor !== undefined && (await hold()));
  return { scanned, eligible, results };
}

async function lookAt(deps: TickDeps, task: Task): Promise<readonly TickResult[]> {
  const { task_id } = task;
  try {
    const expired = (await deps.expire?.(task)) ?? [];
    return [...expired.map((reason) => ({ task_id, status: 'expired' as const, reason })), await report(deps, task)];
  } catch (error) {
    return [{ task_id, status: 'error', reason: messageOf(error) }];
  }
}

async function report({ store: { outbox }, policy, now: clock }: TickDeps, task: Task): Promise<TickResult> {
  const { task_id } = task;
  const now = clock();
  const standstill = standstillOf(task, { policy, now });
  const delivery = deliveryOf(task);
  if (standstill !== undefined && delivery === undefined) return { task_id, status: 'stale', reason: standstill.why };
  if (delivery === undefined) return { task_id, status: 'skipped', reason: 'no_delivery_binding' };
  if (delivery.method === 'noop') return { task_id, status: 'skipped', reason: 'noop' };
  if (standstill !== undefined && (await outbox.has(task_id, standstill.cause))) {
    return { task_id, status: 'stale', reason: standstill.why };
  }
  const early = findReport(task, await outbox.reported(task_id), { policy, now });
  if (early.kind === 'nothing') return { task_id, status: 'skipped', reason: early.why };
  // Found once more under the lock: what happened in between counts.
  const outcome = await outbox.find(task_id, now, (newest, reported) =>
    draftFound(newest, findReport(newest, reported, { policy, now }), now),
  );
  if (outcome === 'nothing') return { task_id, status: 'skipped', reason: 'told' };
  return { task_id, status: 'queued', reason: early.kind };
}
