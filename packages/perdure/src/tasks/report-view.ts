/** A report as it is shown. Pure. */

import type { ReportView } from '@perdure/contract';
import { isoTime, type StoredReport } from '@perdure/tasks';

export function reportView(report: StoredReport): ReportView {
  const { number, reason, delivery, state, attempt, text, problem, createdAt, nextAt } = report;
  const view = { number, reason, method: delivery.method, state, attempts: attempt, text };
  return {
    ...view,
    ...(problem === undefined ? {} : { problem }),
    queued_at: isoTime(createdAt),
    ...(state === 'failed' ? { next_at: isoTime(nextAt) } : {}),
  };
}
