/**
 * The record as people and programs see it. Every page is read by key from where the last one ended, so a list that grows meanwhile
 * neither repeats nor skips what was there.
 */

import { runIdSchema } from '@perdure/contract';
import type { Database, StepsTable } from '@perdure/db';
import type { PageRequest, RunFilter, RunReader, TranscriptMessage } from '../http/ports.ts';
import { checkedCursor, cutPage } from './page.ts';
import { summaryColumns, toEvent, toRun, toStep, toSummary, type Blobs } from './run-reader-rows.ts';

type Kysely = Database['kysely'];

export function createRunReader({ kysely }: Pick<Database, 'kysely'>): RunReader {
  return {
    async getStatus(runId) {
      const row = await kysely.selectFrom('runs').select('status').where('id', '=', runId).executeTakeFirst();
      return row?.status;
    },
    async getRun(runId) {
      const row = await kysely.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirst();
      return row && toRun(row, await readBlobs(kysely, [row.output_blob]));
    },
    listRuns: (filter, page) => listRuns(kysely, filter, page),
    async getStep(runId, key) {
      const row = await kysely
        .selectFrom('steps')
        .selectAll()
        .where('run_id', '=', runId)
        .where('key', '=', key)
        .executeTakeFirst();
      return row && toStep(row, await readBlobs(kysely, [row.result_blob]));
    },
    async listSteps(runId, page) {
      const { rows, blobs, next } = await stepPage(kysely, runId, page, []);
      return { data: rows.map((row) => toStep(row, blobs)), ...next };
    },
    async listTranscript(runId, page) {
      const { rows, blobs, next } = await stepPage(kysely, runId, page, ['turn']);
      return { data: rows.flatMap((row) => messagesOf(row, blobs)), ...next };
    },
    async listEvents(runId, after, limit) {
      const rows = await kysely
        .selectFrom('events')
        .selectAll()
        .where('run_id', '=', runId)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(toEvent);
    },
  };
}

/** Ids are UUIDv7, so their order is the order of creation. */
async function listRuns(kysely: Kysely, filter: RunFilter, { cursor, limit }: PageRequest) {
  let query = kysely.selectFrom('runs').select(summaryColumns);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.pipeline !== undefined) query = query.where('pipeline', '=', filter.pipeline);
  if (cursor !== undefined)
    query = query.where('id', '<', checkedCursor(cursor, runIdSchema.safeParse(cursor).success));
  const rows = await query
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const { data, next } = cutPage(rows, limit, (row) => row.id);
  return { data: data.map(toSummary), ...next };
}

async function stepPage(
  kysely: Kysely,
  runId: string,
  { cursor, limit }: PageRequest,
  kinds: readonly StepsTable['kind'][],
) {
  const after = cursor === undefined ? 0 : Number(checkedCursor(cursor, /^\d{1,15}$/.test(cursor)));
  let query = kysely.selectFrom('steps').selectAll().where('run_id', '=', runId).where('seq', '>', after);
  if (kinds.length > 0) query = query.where('kind', 'in', kinds);
  const found = await query
    .orderBy('seq')
    .limit(limit + 1)
    .execute();
  const { data: rows, next } = cutPage(found, limit, (row) => String(row.seq));
  return {
    rows,
    next,
    blobs: await readBlobs(
      kysely,
      rows.map((row) => row.result_blob),
    ),
  };
}

async function readBlobs(kysely: Kysely, hashes: readonly (string | null)[]): Promise<Blobs> {
  const wanted = [...new Set(hashes.filter((hash) => hash !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await kysely.selectFrom('blobs').select(['hash', 'body']).where('hash', 'in', wanted).execute();
  return new Map(rows.map((row) => [row.hash, row.body]));
}

function messagesOf(row: StepsTable, blobs: Blobs): TranscriptMessage[] {
  const { key: stepKey, result, detail } = toStep(row, blobs);
  const { messages } = (result ?? {}) as { messages?: readonly { role: string; content: unknown }[] };
  const agent = typeof detail?.['agent'] === 'string' ? detail['agent'] : '';
  return (messages ?? []).map(({ role, content }) => ({ stepKey, agent, role, content }));
}
