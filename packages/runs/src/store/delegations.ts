/** What runs have delegated: the outbox of whoever carries it to the members, and where late returns are kept. */

import { compact, delegationContextSchema } from '@perdure/contract';
import type { Database, GroupCommit, QuestionsView } from '@perdure/db';
import type { DelegationRecord, Delegations, LateReturn } from '../desk/ports.ts';
import { RunStatements } from './run-statements.ts';

const whole = 'SELECT questions.*, runs.ended_at AS run_ended_at FROM questions JOIN runs ON runs.id = run_id';

type DelegationRow = QuestionsView & { readonly run_ended_at: number | null };

export function createDelegations({ sqlite }: Pick<Database, 'sqlite'>, group: GroupCommit): Delegations {
  const statements = new RunStatements(sqlite);
  const open = sqlite.prepare(
    `${whole} WHERE answered_at IS NULL AND purpose = 'delegation' AND awaited = 1 ORDER BY questions.id`,
  );
  // Ids are UUIDv7: what was asked since then has a greater one.
  const since = sqlite.prepare(`${whole} WHERE questions.id >= ? AND purpose = 'delegation' ORDER BY questions.id`);
  const known = sqlite.prepare(
    `SELECT 1 FROM events WHERE run_id = ? AND type = 'return.late' AND data ->> '$.message' = ?`,
  );
  const hasRun = sqlite.prepare('SELECT 1 FROM runs WHERE id = ?');
  return {
    list: async (askedSince) => {
      const records = [...open.all(), ...since.all(firstIdAt(askedSince))].map((row) =>
        toRecord(row as unknown as DelegationRow),
      );
      return [...new Map(records.map((record) => [record.waitId, record])).values()];
    },
    noteLate: ({ runId, at, actor, ...late }: LateReturn) =>
      group.run(() => {
        if (hasRun.get(runId) === undefined || known.get(runId, late.message) !== undefined) return;
        statements.appendEvent(runId, { type: 'return.late', data: late }, { at, actor });
      }),
  };
}

/** The least UUIDv7 of a moment. */
function firstIdAt(at: number): string {
  const hex = Math.max(0, Math.trunc(at)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

function toRecord(row: DelegationRow): DelegationRecord {
  const { answer, answered_by: by } = row;
  return {
    waitId: row.id,
    runId: row.run_id,
    stepKey: row.step_key,
    pipeline: row.pipeline,
    brief: row.question,
    context: delegationContextSchema.parse(JSON.parse(row.context ?? '{}')),
    answerSchema: JSON.parse(row.answer_schema ?? 'null'),
    expiresAt: row.expires_at,
    isAwaited: row.awaited === 1,
    runStatus: row.run_status,
    ...compact({
      closedAt: closedAt(row),
      answered: answer === null ? undefined : { by: by ?? '', answer: JSON.parse(answer) as unknown },
    }),
  };
}

/** Whatever came first. */
function closedAt({ answered_at, run_ended_at, expires_at }: DelegationRow): number | undefined {
  if (answered_at !== null) return answered_at;
  const ends = [run_ended_at, expires_at].filter((at) => at !== null);
  return ends.length === 0 ? undefined : Math.min(...ends);
}
