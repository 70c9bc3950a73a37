/** The outbox in the database: it reads, lets the core decide, and writes in one transaction. */

import { type Connection, createRead, type GroupCommit } from '@perdure/db';
import { afterAttempt, claimStep, type ClaimOptions, type Outbox, type StoredReport } from '../core/outbox.ts';
import { nextReportState } from '@perdure/contract';
import type { ReportRows } from './report-rows.ts';
import { parseSnapshot } from './stored-task.ts';
import type { TaskRows } from './task-rows.ts';

const sweepLease = 'task-sweep';
const keptMs = 30 * 24 * 60 * 60_000;

export interface OutboxDeps {
  readonly database: Connection;
  readonly group: GroupCommit;
  readonly reports: ReportRows;
  readonly rows: TaskRows;
}

export function createOutbox({ database, group, reports, rows }: OutboxDeps): Outbox {
  const look = createRead(database);
  return {
    find: (taskId, now, find) =>
      group.run(() => {
        const row = rows.read(taskId);
        const draft = row && find(parseSnapshot(row).task, reports.reported(taskId));
        return draft !== undefined && reports.add(taskId, draft, now) ? 'queued' : 'nothing';
      }),
    reported: (taskId) => look(() => reports.reported(taskId)),
    has: (taskId, cause) => look(() => reports.has(taskId, cause)),
    claim: (options) => group.run(() => claim(reports, options)),
    settle: (report, outcome, now) =>
      group.run(() => {
        const row = reports.byId(report.id);
        const isOurs = row?.attempt === report.attempt && (row.state === 'sending' || row.state === 'unknown');
        if (!isOurs) return undefined;
        const after = afterAttempt(row, outcome, now);
        reports.change({ id: row.id, attempt: row.attempt, ...after }, now);
        return after.state;
      }),
    open: (taskId) => look(() => reports.open(taskId)),
    newest: (taskId, most) => look(() => reports.newest(taskId, most)),
    order: (taskId, number, action, now) =>
      group.run(() => {
        const row = reports.byNumber(taskId, number);
        if (row === undefined) return undefined;
        const state = nextReportState(row.state, action);
        if (state === undefined) return { kind: 'impossible', state: row.state };
        // A new life: the attempts of the one before are over, and their fence still holds.
        reports.change({ ...row, state, nextAt: 0, problem: row.problem ?? null }, now);
        return { kind: 'done', state };
      }),
    prune: (now) => group.run(() => reports.prune(now - keptMs)),
    ...sweepHolding(database, group),
  };
}

function claim(reports: ReportRows, options: ClaimOptions): { claimed: StoredReport[]; lost: StoredReport[] } {
  const { now, methods, taskId, most, until, isWanted } = options;
  const [claimed, lost]: [StoredReport[], StoredReport[]] = [[], []];
  const busy = new Set<string>();
  for (const row of reports.underWay(methods, taskId)) {
    if (claimed.length >= most) break;
    if (busy.has(row.taskId)) continue;
    const step = claimStep(row, now);
    if (step.kind === 'end') {
      const after = { ...row, state: step.state, nextAt: 0, problem: step.problem };
      reports.change(after, now);
      lost.push(after);
    } else if (step.kind === 'wait') {
      // One that is being sent keeps those behind it; one that waits for its next attempt does not.
      if (row.state === 'sending') busy.add(row.taskId);
    } else if (!isWanted(row)) {
      reports.change({ ...row, state: 'skipped', nextAt: 0, problem: null }, now);
    } else {
      const after = { ...row, state: step.state, attempt: row.attempt + 1, nextAt: until };
      reports.change({ ...after, problem: row.problem ?? null }, now);
      claimed.push(after);
      busy.add(row.taskId);
    }
  }
  return { claimed, lost };
}

/** Who looks for what is due: one at a time, so that no task is looked at twice for nothing. */
function sweepHolding({ sqlite }: Connection, group: GroupCommit): Pick<Outbox, 'holdSweep' | 'releaseSweep'> {
  // One that would end too late was taken before the clock was set back.
  const hold = sqlite.prepare(`
    INSERT INTO leases (name, holder, expires_at) VALUES ('${sweepLease}', ?1, ?2)
    ON CONFLICT (name) DO UPDATE SET holder = ?1, expires_at = ?2
    WHERE leases.holder = ?1 OR leases.expires_at <= ?3 OR leases.expires_at > ?2 + ?2 - ?3`);
  const release = sqlite.prepare(`DELETE FROM leases WHERE name = '${sweepLease}' AND holder = ?`);
  return {
    holdSweep: (holder, { now, until }) => group.run(() => Number(hold.run(holder, until, now).changes) > 0),
    releaseSweep: async (holder) => {
      await group.run(() => release.run(holder));
    },
  };
}
