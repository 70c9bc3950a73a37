/**
 * A row of the steps table as the run core wants it. The columns are read as an array: a run that wakes with thousands of finished steps
 * spends most of its time here, and objects with thirteen names cost half as much again.
 */

import type { StepsTable } from '@perdure/db';
import type { StepRecord } from '../pipelines/ports.ts';

const columns = [
  'key',
  'seq',
  'kind',
  'status',
  'attempt',
  'input_hash',
  'result',
  'result_blob',
  'error',
  'detail',
  'undoable',
  'started_at',
  'ended_at',
] as const satisfies readonly (keyof StepsTable)[];

/** For `SELECT`, in the order that `toStepRecord` expects. */
export const stepColumns = columns.join(', ');

type ValuesOf<Columns extends readonly (keyof StepsTable)[]> = {
  readonly [Index in keyof Columns]: StepsTable[Columns[Index]];
};
type StepRow = ValuesOf<typeof columns>;

export function toStepRecord(row: unknown): StepRecord {
  const [key, seq, kind, status, attempt, inputHash, result, resultBlob, error, detail, undoable, startedAt, endedAt] =
    row as StepRow;
  return {
    key,
    seq,
    kind,
    status,
    attempt,
    inputHash,
    result,
    resultBlob,
    error: error === null ? null : JSON.parse(error),
    detail: detail === null ? null : JSON.parse(detail),
    undoable: undoable === 1,
    startedAt,
    endedAt,
  };
}
