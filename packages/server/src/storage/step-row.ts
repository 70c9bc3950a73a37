/** A row of the steps table as the run core wants it. */

import type { StepsTable } from '@perdure/db';
import type { StepRecord } from '../pipelines/ports.ts';

export function toStepRecord(row: unknown): StepRecord {
  const step = row as StepsTable;
  return {
    key: step.key,
    seq: step.seq,
    kind: step.kind,
    status: step.status,
    attempt: step.attempt,
    inputHash: step.input_hash,
    result: step.result,
    resultBlob: step.result_blob,
    error: step.error === null ? null : JSON.parse(step.error),
    detail: step.detail === null ? null : JSON.parse(step.detail),
    undoable: step.undoable === 1,
    startedAt: step.started_at,
    endedAt: step.ended_at,
  };
}
