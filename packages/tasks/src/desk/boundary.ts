/** Between two slices of work: go on, pause or stop, and what to heed. */

import { compact, type Task } from '@perdure/contract';
import type { TaskEventBody } from '../core/events.ts';
import type { Refusal } from '../core/ports.ts';
import { boundaryAnswer, type BoundaryAnswer } from '../core/told.ts';
import { reportContext, type ContextRequest } from './context.ts';
import type { IdDeps, WriteDeps, Writer } from './deps.ts';
import { onNewest, writeTask } from './write.ts';

export interface BoundaryRequest {
  readonly taskId: string;
  /** Numbers of words that whoever works has heeded: they are told no more. */
  readonly heeded?: readonly number[];
}

export interface SettledWord {
  readonly intent: string;
  readonly message: string;
  readonly number?: number;
}

export type BoundaryOutcome =
  | {
      readonly kind: 'passed';
      readonly task: Task;
      readonly answer: BoundaryAnswer;
      /** Words that are told no more, whole. */
      readonly settled: readonly SettledWord[];
      /** The context of whoever works fills up: nothing new should be begun in it. */
      readonly isFilling?: boolean;
    }
  | Refusal;

export async function passBoundary(
  deps: WriteDeps,
  writer: Writer,
  { taskId, heeded = [] }: BoundaryRequest,
): Promise<BoundaryOutcome> {
  if (heeded.length > 0) {
    const command = { type: 'settle_words', numbers: heeded, how: 'heeded' } as const;
    const settled = await writeTask(deps, writer, { taskId, command });
    if (settled.kind === 'refused') return settled;
    // The revision that the writer has seen was compared with it.
    const passed = await passBoundary(deps, onNewest(writer), { taskId });
    return passed.kind === 'refused' ? passed : { ...passed, settled: settledIn(settled.events) };
  }
  const outcome = await writeTask(deps, writer, { taskId, command: { type: 'boundary' } });
  if (outcome.kind === 'refused') return outcome;
  return { kind: 'passed', task: outcome.task, answer: boundaryAnswer(outcome.task, outcome.events), settled: [] };
}

function settledIn(events: readonly TaskEventBody[]): readonly SettledWord[] {
  const words = events.flatMap((event) => (event.type === 'controls_settled' ? event.data.controls : []));
  return words.map(({ intent, message, number }) => ({ intent, message, ...compact({ number }) }));
}

/** The context was full: the lease has ended, and there is no boundary to pass. */
export interface HandOverOutcome {
  readonly kind: 'handed_over';
  readonly task: Task;
}

/** The same, for an agent that says in one go how full its context is. */
export async function reportAndPassBoundary(
  deps: WriteDeps<'resumeQueue'> & IdDeps,
  writer: Writer,
  { taskId, percent, heeded = [] }: BoundaryRequest & Pick<ContextRequest, 'percent'>,
): Promise<BoundaryOutcome | HandOverOutcome> {
  const report = await reportContext(deps, writer, { taskId, percent, session: '' });
  if (report.kind === 'refused') return report;
  if (report.action === 'hand_over') return { kind: 'handed_over', task: report.task };
  // The revision that the writer has seen was compared by the report.
  const passed = await passBoundary(deps, onNewest(writer), { taskId, heeded });
  return passed.kind === 'refused' ? passed : { ...passed, isFilling: report.action === 'prepare' };
}
