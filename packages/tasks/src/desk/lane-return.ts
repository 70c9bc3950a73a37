/** What a worker hands back, and what becomes of returns that were kept apart. */

import type { Lane, QuarantinedReturn, Task } from '@perdure/contract';
import { laneOf } from '../core/decide-lane.ts';
import { standingOf, type LaneStanding } from '../core/lanes.ts';
import type { LaneReturn } from '../core/commands.ts';
import { parseReturn } from '../core/lane-return.ts';
import type { Refusal } from '../core/ports.ts';
import type { IdDeps, WriteDeps, Writer } from './deps.ts';
import { damagedLane } from './lane-look.ts';
import { writeTask } from './write.ts';

export interface IngestRequest {
  readonly taskId: string;
  /** As the worker wrote it, or as Perdure made it. */
  readonly text: string | LaneReturn;
}

export type IngestOutcome =
  /** `isNew`: else the same return was taken before, and nothing changed. */
  | {
      readonly kind: 'ingested';
      readonly task: Task;
      readonly given: LaneReturn;
      readonly standing: LaneStanding;
      readonly isNew: boolean;
    }
  | {
      readonly kind: 'quarantined';
      readonly task: Task;
      readonly given: LaneReturn;
      readonly kept: QuarantinedReturn;
      readonly isNew: boolean;
    }
  | Refusal;

export async function ingestReturn(
  deps: WriteDeps & IdDeps,
  writer: Writer,
  { taskId, text }: IngestRequest,
): Promise<IngestOutcome> {
  const parsed = typeof text === 'string' ? parseReturn(text) : ({ kind: 'return', given: text } as const);
  if (parsed.kind === 'refused') return parsed;
  const { given } = parsed;
  const returnId = deps.newId();
  const outcome = await writeTask(deps, writer, { taskId, command: { type: 'ingest_return', returnId, given } });
  if (outcome.kind === 'refused') return outcome;
  const { task, events } = outcome;
  const isNew = events.length > 0;
  const kept = task.quarantine.find(({ digest }) => digest === given.digest);
  if (kept !== undefined) return { kind: 'quarantined', task, given, kept, isNew };
  const lane: Lane = laneOf(task, given.line) ?? damagedLane(given.line);
  return { kind: 'ingested', task, given, standing: standingOf(lane, deps.now()), isNew };
}

export interface SettleReturnRequest {
  readonly taskId: string;
  readonly id: string;
  readonly how: 'adopted' | 'dropped';
  readonly note: string;
}

export type SettleReturnOutcome =
  | {
      readonly kind: 'settled';
      readonly task: Task;
      /** Whose lane it is; undefined: nobody's. */ readonly lane: Lane | undefined;
    }
  | Refusal;

export async function settleReturn(
  deps: WriteDeps,
  writer: Writer,
  { taskId, ...settlement }: SettleReturnRequest,
): Promise<SettleReturnOutcome> {
  const outcome = await writeTask(deps, writer, { taskId, command: { type: 'settle_return', ...settlement } });
  if (outcome.kind === 'refused') return outcome;
  const { task, before = task } = outcome;
  const line = before.quarantine.find(({ id }) => id === settlement.id)?.line ?? '';
  return { kind: 'settled', task, lane: laneOf(task, line) };
}
