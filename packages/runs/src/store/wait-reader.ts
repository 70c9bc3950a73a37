/**
 * Questions to people as they are seen from outside. Open is what an answer would still be taken for
 * (`decide/answer.ts`): a question that has expired or was settled otherwise, or whose run is over, stays in the record
 * and is no longer shown as one that waits.
 */

import { compact, runIdSchema, runStatuses, takesAnswers, type Wait } from '@perdure/contract';
import type { Database, QuestionsView } from '@perdure/db';
import type { PageRequest, WaitFilter, WaitReader } from '../desk/ports.ts';
import { isoTime } from '../record/iso-time.ts';
import { checkedCursor, cutPage } from './page.ts';

type Kysely = Database['kysely'];
type QuestionRow = Omit<QuestionsView, 'run_status' | 'awaited'>;

const answerableStatuses = runStatuses.filter(takesAnswers);

export function createWaitReader({ kysely }: Pick<Database, 'kysely'>, clock: () => number): WaitReader {
  return {
    async getWait(id) {
      const row = await kysely.selectFrom('questions').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toWait(row);
    },
    listWaits: (filter, page) => listWaits(kysely, filter, { ...page, now: clock() }),
  };
}

/** Ids are UUIDv7, so their order is the order in which was asked. */
async function listWaits(
  kysely: Kysely,
  { run, answered = false }: WaitFilter,
  { cursor, limit, now }: PageRequest & { readonly now: number },
) {
  let query = kysely
    .selectFrom('questions')
    .selectAll()
    .where('answered_at', answered ? 'is not' : 'is', null);
  if (!answered) {
    query = query
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
      .where('awaited', '=', 1)
      .where('run_status', 'in', answerableStatuses);
  }
  if (run !== undefined) query = query.where('run_id', 'in', runAndBelow(kysely, run));
  if (cursor !== undefined) {
    // Ids of waits are made as ids of runs are.
    const last = checkedCursor(cursor, runIdSchema.safeParse(cursor).success);
    query = query.where('id', answered ? '<' : '>', last);
  }
  const rows = await query
    .orderBy('id', answered ? 'desc' : 'asc')
    .limit(limit + 1)
    .execute();
  const { data, next } = cutPage(rows, limit, (row) => row.id);
  return { data: data.map(toWait), ...next };
}

/** Ids of `run` and of the runs below it: whoever asks what a run waits for means all that is done for it. */
function runAndBelow(kysely: Kysely, run: string) {
  return kysely
    .withRecursive('line(id)', (db) =>
      db
        .selectFrom('runs')
        .select('id')
        .where('id', '=', run)
        .unionAll(db.selectFrom('runs').innerJoin('line', 'line.id', 'runs.parent_run').select('runs.id')),
    )
    .selectFrom('line')
    .select('line.id');
}

function toWait(row: QuestionRow): Wait {
  return {
    id: row.id,
    runId: row.run_id,
    stepKey: row.step_key,
    pipeline: row.pipeline,
    purpose: row.purpose,
    question: row.question,
    ...compact({
      context: row.context === null ? undefined : (JSON.parse(row.context) as unknown),
      answerSchema:
        row.answer_schema === null ? undefined : (JSON.parse(row.answer_schema) as Readonly<Record<string, unknown>>),
    }),
    askedAt: isoTime(row.asked_at),
    ...compact({
      expiresAt: row.expires_at === null ? undefined : isoTime(row.expires_at),
      answered: row.answered_at === null ? undefined : answerOf(row, row.answered_at),
    }),
  };
}

function answerOf({ answer, answered_by }: QuestionRow, at: number): NonNullable<Wait['answered']> {
  return { answer: JSON.parse(answer ?? 'null') as unknown, by: answered_by ?? '', at: isoTime(at) };
}
