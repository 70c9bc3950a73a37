/** A row of the runs table as the run core wants it. */

import { compact } from '@perdure/contract';
import type { RunsTable } from '@perdure/db';
import type { RunState } from '../record/record.ts';

export function toRunState(run: RunsTable): RunState {
  return {
    id: run.id,
    originId: run.origin_run ?? run.id,
    pipeline: run.pipeline,
    status: run.status,
    fence: run.fence,
    input: run.input,
    inputSum: run.input_sum,
    error: parsed(run.error),
    failedKey: run.failed_key,
    undoOutcome: run.undo_outcome,
    logCount: run.log_count,
    barrenDrives: run.barren_drives,
    recoveries: run.recoveries,
    waitBefore:
      run.wait_kind === null
        ? null
        : { kind: run.wait_kind, wakeAt: run.wake_at, ...compact({ model: run.wait_model ?? undefined }) },
    parent: run.parent_run === null ? null : { runId: run.parent_run, stepKey: run.parent_key ?? '' },
    budget: parsed(run.budget),
    createdAt: run.created_at,
    updatedAt: run.updated_at,
    idleMs: run.idle_ms,
    tokens: run.input_tokens + run.output_tokens,
    cleared: parsed(run.cleared),
  };
}

function parsed<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}

export function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
