/**
 * Rows of the record in the shapes of the contract: times become ISO text, JSON text becomes values, null becomes
 * absent.
 */

import {
  compact,
  errorRecordSchema,
  showsError,
  toErrorRecord,
  type HoldReason,
  type Run,
  type RunEventData,
  type WireRunEvent,
  type RunSummary,
  type WireStep,
} from '@perdure/contract';
import type { EventsTable, RunsTable, StepsTable } from '@perdure/db';
import { isoTime } from '../record/iso-time.ts';
import { damagedValue, isWhole } from '../record/stored-value.ts';

/** JSON texts of large values, by their hash. */
export type Blobs = ReadonlyMap<string, string>;

export const summaryColumns = [
  'id',
  'pipeline',
  'status',
  'wait_kind',
  'wake_at',
  'wait_model',
  'error',
  'parent_run',
  'parent_key',
  'forked_from_run',
  'forked_from_key',
  'created_at',
  'updated_at',
  'ended_at',
  'recoveries',
  'input_tokens',
  'output_tokens',
] as const satisfies readonly (keyof RunsTable)[];
/** `away_…`: of the model that it waits for; null where that is back. */
export interface OutageColumns {
  readonly away_since: number | null;
  readonly away_next_at: number | null;
  readonly away_reason: string | null;
  /** Of a paused run what the event of its pause carries. */
  readonly paused_by: string | null;
}

export type SummaryRow = Pick<RunsTable, (typeof summaryColumns)[number]> & OutageColumns;

export function toSummary(row: SummaryRow): RunSummary {
  const error = showsError(row.status) ? toError(row.error) : undefined;
  return {
    id: row.id,
    pipeline: row.pipeline,
    status: row.status,
    ...compact({
      waitingFor: waitOf(row),
      held: heldBy(row),
      error: error ?? undefined,
      parent: row.parent_run === null ? undefined : { runId: row.parent_run, stepKey: row.parent_key ?? '' },
      forkedFrom:
        row.forked_from_run === null ? undefined : { runId: row.forked_from_run, stepKey: row.forked_from_key ?? '' },
    }),
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
    ...compact({ endedAt: row.ended_at === null ? undefined : isoTime(row.ended_at) }),
    recoveries: row.recoveries,
    usage: { inputTokens: row.input_tokens, outputTokens: row.output_tokens },
  };
}

function heldBy({ paused_by: data }: OutageColumns): HoldReason | undefined {
  return data === null ? undefined : (JSON.parse(data) as RunEventData<'run.paused'>).reason;
}

export function toRun(row: RunsTable & OutageColumns, blobs: Blobs): Run {
  // What is no longer what was recorded is not shown as if it were.
  if (!isWhole(row.input, row.input_sum)) throw damagedValue(`The input of run ${row.id}`);
  if (!isWhole(row.output, row.output_sum)) throw damagedValue(`The output of run ${row.id}`);
  const output = row.status === 'completed' ? (row.output ?? blobText(row.output_blob, blobs)) : null;
  return {
    ...toSummary(row),
    input: JSON.parse(row.input),
    ...compact({ output: output === null ? undefined : (JSON.parse(output) as unknown) }),
  };
}

export function toStep(row: StepsTable, blobs: Blobs): WireStep {
  const isDamaged = !isWhole(row.result, row.result_sum);
  // What is no longer what was recorded is not shown as if it were.
  const result = isDamaged ? null : (row.result ?? blobText(row.result_blob, blobs));
  const error = isDamaged ? damageOf(row) : toError(row.error);
  const detail = row.detail === null ? undefined : (JSON.parse(row.detail) as Record<string, unknown>);
  return {
    id: `${row.run_id}/${row.key}`,
    key: row.key,
    kind: row.kind,
    status: row.status,
    seq: row.seq,
    attempt: row.attempt,
    startedAt: isoTime(row.started_at),
    ...compact({ endedAt: row.ended_at === null ? undefined : isoTime(row.ended_at) }),
    undoable: row.undoable !== 0,
    ...compact({
      result: result === null ? undefined : (JSON.parse(result) as unknown),
      error: error ?? undefined,
      detail,
    }),
  };
}

export function toEvent(row: EventsTable): WireRunEvent {
  const data = JSON.parse(row.data) as Record<string, unknown>;
  return { seq: row.seq, type: row.type, at: isoTime(row.at), actor: row.actor, data };
}

function waitOf(row: SummaryRow): Run['waitingFor'] {
  if (row.status !== 'waiting' || row.wait_kind === null) return undefined;
  const until = row.away_next_at ?? row.wake_at;
  return {
    kind: row.wait_kind,
    ...compact({
      until: until === null ? undefined : isoTime(until),
      model: row.wait_model ?? undefined,
      since: row.away_since === null ? undefined : isoTime(row.away_since),
      reason: row.away_reason ?? undefined,
    }),
  };
}

function damageOf({ key }: StepsTable): Run['error'] {
  return toErrorRecord(damagedValue(`The result of step "${key}"`), 'storage_corrupt');
}

function toError(text: string | null): Run['error'] {
  return text === null ? undefined : errorRecordSchema.parse(JSON.parse(text));
}

function blobText(hash: string | null, blobs: Blobs): string | null {
  return hash === null ? null : (blobs.get(hash) ?? null);
}
