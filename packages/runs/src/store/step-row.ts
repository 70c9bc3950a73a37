/**
 * A row of the steps table as the run core wants it. The columns are read as an array: a run that wakes with thousands
 * of finished steps spends most of its time here, and objects with thirteen names cost half as much again.
 */

import { parseStepFacts, type ErrorRecord } from '@perdure/contract';
import type { StepsTable } from '@perdure/db';
import type { StepWrite } from '../record/commit.ts';
import type { StepRecord, StoredValue } from '../record/record.ts';

const columns = [
  'key',
  'seq',
  'kind',
  'status',
  'attempt',
  'input_hash',
  'result',
  'result_blob',
  'result_sum',
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

/** What an older version may have recorded without saying why. */
const unknownError: ErrorRecord = { code: 'step_failed', message: 'The step failed without an error.' };

export function toStepRecord(row: unknown): StepRecord {
  const [
    key,
    seq,
    kind,
    status,
    attempt,
    inputHash,
    result,
    resultBlob,
    sum,
    error,
    detail,
    undoable,
    startedAt,
    endedAt,
  ] = row as StepRow;
  const facts = parseStepFacts(kind, detail === null ? null : JSON.parse(detail), key);
  const step = { key, seq, ...facts, attempt, inputHash, undoable: undoable === 1, startedAt };
  switch (status) {
    case 'started':
      return error === null ? { ...step, status } : { ...step, status, error: JSON.parse(error) };
    case 'done': {
      const value: StoredValue =
        resultBlob === null ? { kind: 'inline', text: result, sum } : { kind: 'blob', hash: resultBlob };
      return { ...step, status, result: value, endedAt: endedAt ?? startedAt };
    }
    case 'failed': {
      const record = error === null ? unknownError : (JSON.parse(error) as ErrorRecord);
      return { ...step, status, error: record, culprit: culpritOf(record) ?? key, endedAt: endedAt ?? startedAt };
    }
    default:
      return status satisfies never;
  }
}

/** The record of a failed step has it in the error's details, where people see it too. */
function culpritOf({ details }: ErrorRecord): string | undefined {
  const key = details?.['stepKey'];
  return typeof key === 'string' ? key : undefined;
}

/** The columns of a step that its status decides. `text`: its result as JSON text, for the row or the blob table. */
export function stateColumns(step: StepWrite): { error: string | null; text: string | null; endedAt: number | null } {
  const error = step.status === 'done' || step.error === undefined ? null : JSON.stringify(step.error);
  return {
    error,
    text: step.status === 'done' ? step.result : null,
    endedAt: step.status === 'started' ? null : step.endedAt,
  };
}
