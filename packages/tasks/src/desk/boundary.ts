/** Between two slices of work: go on, pause or stop, and what to heed. */

import type { Task } from '@perdure/contract';
import type { Refusal } from '../core/ports.ts';
import { boundaryAnswer, type BoundaryAnswer } from '../core/told.ts';
import { reportContext } from './context.ts';
import type { IdDeps, WriteDeps, Writer } from './deps.ts';
import { onNewest, writeTask } from './write.ts';

export interface BoundaryRequest {
  readonly taskId: string;
  /** How full the agent's context is, if it says so. */
  readonly contextPercent?: number | undefined;
}

export type BoundaryOutcome =
  | { readonly kind: 'passed'; readonly task: Task; readonly answer: BoundaryAnswer }
  /** The context was full: the lease has ended, and there is no boundary to pass. */
  | { readonly kind: 'handed_over'; readonly task: Task }
  | Refusal;

export async function passBoundary(
  deps: WriteDeps<'resumeQueue'> & IdDeps,
  writer: Writer,
  { taskId, contextPercent: percent }: BoundaryRequest,
): Promise<BoundaryOutcome> {
  if (percent !== undefined) {
    const report = await reportContext(deps, writer, { taskId, percent, session: '' });
    if (report.kind === 'refused') return report;
    if (report.action === 'hand_over') return { kind: 'handed_over', task: report.task };
  }
  // The revision that the writer has seen is compared by the first of the two.
  const second = percent === undefined ? writer : onNewest(writer);
  const outcome = await writeTask(deps, second, { taskId, command: { type: 'boundary' } });
  if (outcome.kind === 'refused') return outcome;
  return { kind: 'passed', task: outcome.task, answer: boundaryAnswer(outcome.task, outcome.events) };
}
