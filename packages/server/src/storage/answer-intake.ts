/** Takes the answer of a person: once, and only while the question stands. */

import { isFinished, type RunStatus } from '@perdure/contract';
import type { Database, WaitsTable } from '@perdure/db';
import type { AnswerOutcome, AnswerRequest } from '../http/ports.ts';
import type { RunStatements } from './run-statements.ts';

interface Standing extends WaitsTable {
  readonly status: RunStatus;
  /** 0 where its step waits for it no more: it was settled otherwise, or asked anew after a retry. */
  readonly stands: 0 | 1;
}

export function createAnswer(
  { sqlite }: Database,
  statements: RunStatements,
): (request: AnswerRequest) => AnswerOutcome {
  const readWait = sqlite.prepare(
    `SELECT waits.*, runs.status, steps.key IS NOT NULL AS stands FROM waits JOIN runs ON runs.id = waits.run_id
     LEFT JOIN steps ON steps.run_id = waits.run_id AND steps.key = waits.step_key AND steps.status = 'started'
       AND steps.detail ->> '$.wait' = waits.id
     WHERE waits.id = ?`,
  );
  const write = sqlite.prepare(
    'UPDATE waits SET answer = ?, answered_by = ?, answered_at = ? WHERE id = ? AND answered_at IS NULL',
  );
  return ({ waitId, answer, actor, at }) => {
    const wait = readWait.get(waitId) as Standing | undefined;
    if (wait === undefined) return { kind: 'not_found' };
    if (wait.answered_at !== null) return { kind: 'answered_before' };
    const hasExpired = wait.expires_at !== null && wait.expires_at <= at;
    if (hasExpired || wait.stands === 0 || isFinished(wait.status) || wait.status === 'undoing')
      return { kind: 'closed' };
    write.run(answer, actor, at, waitId);
    statements.appendEvent(
      wait.run_id,
      { type: 'wait.answered', data: { wait: waitId, key: wait.step_key } },
      { at, actor },
    );
    // The run stands still for this answer, or is about to: an order that comes too early is kept for the drive after the present one.
    // One that a person has paused stays paused, and finds the answer when it is resumed.
    if (wait.purpose === 'outcome' && wait.status !== 'paused') {
      statements.insertOrder({ id: `${waitId}:resume`, runId: wait.run_id, kind: 'resume' }, { at, actor });
    }
    return { kind: 'accepted', runId: wait.run_id };
  };
}
