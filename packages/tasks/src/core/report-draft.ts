/** A report from a task: what is kept of it, so that it is sent as it was when it was made. */

import { compact, type ReportReason, type Task } from '@perdure/contract';
import { deliveryOf } from './delivery.ts';
import type { TaskEvent } from './events.ts';
import type { ReportDraft } from './outbox.ts';
import type { Finding } from './report-due.ts';
import { immediateReport } from './report-reasons.ts';
import { messageText } from './report-text.ts';
import { projectPercent, taskPercent, workOf } from './status-line.ts';

/** Undefined where nobody is to be told. */
export function draftReport(
  task: Task,
  { cause, reason, why }: { readonly cause: string; readonly reason: ReportReason; readonly why: string },
): ReportDraft | undefined {
  const delivery = deliveryOf(task);
  if (delivery === undefined || delivery.method === 'noop') return undefined;
  const { title, desired_state, phase, health, execution_priority, status_update_interval_seconds, report_level } =
    task;
  const milestones = workOf(task);
  const facts = {
    title,
    desired_state,
    phase,
    health,
    execution_priority,
    status_update_interval_seconds,
    task_percent: taskPercent(milestones),
    project_percent: projectPercent(milestones),
    why,
    ...compact({ report_level }),
  };
  return { cause, reason, delivery, text: messageText(task, reason, why), facts };
}

/** Of what has just happened, at once. */
export function draftAtOnce(
  before: Task | undefined,
  events: readonly TaskEvent[],
  after: Task,
): ReportDraft | undefined {
  if (deliveryOf(after) === undefined) return undefined;
  const report = immediateReport(before, events, after);
  return report && draftReport(after, { ...report, cause: `event:${events.at(-1)?.seq ?? 0}` });
}

/** Of what a sweep found at `now`. */
export function draftFound(task: Task, finding: Finding, now: number): ReportDraft | undefined {
  switch (finding.kind) {
    case 'stale':
      return draftReport(task, { cause: finding.cause, reason: 'stale', why: finding.why });
    case 'timed':
      return draftReport(task, { cause: `timed:${now}`, reason: 'timed', why: '' });
    case 'nothing':
      return undefined;
    default:
      return finding satisfies never;
  }
}
