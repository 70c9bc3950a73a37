/**
 * The record as people and programs see it. Every page is read by key from where the last one ended, so a list that
 * grows meanwhile neither repeats nor skips what was there.
 */

import { parseStepFacts, runIdSchema } from '@perdure/contract';
import type { Database, StepsTable } from '@perdure/db';
import type { PageRequest, RunFilter, RunReader, TranscriptMessage } from '../desk/ports.ts';
import { damagedValue, hashOf } from '../record/stored-value.ts';
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
      const row = await withOutage(kysely).selectAll('runs').where('runs.id', '=', runId).executeTakeFirst();
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
      const { rows, next } = await stepPage(kysely, runId, page, []);
      const sizes = await blobSizes(kysely, rows);
      return { data: rows.map((row) => ({ ...toStep(row, noBlobs), ...sizeOf(row, sizes) })), ...next };
    },
    async listTranscript(runId, page) {
      const { rows, next } = await stepPage(kysely, runId, page, ['turn', 'tool']);
      const blobs = await readBlobs(
        kysely,
        rows.map((row) => (row.kind === 'turn' ? row.result_blob : null)),
      );
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

/** Each run, how it is with the model that it waits for, and what was told when it was last paused. */
function withOutage(kysely: Kysely) {
  return kysely
    .selectFrom('runs')
    .leftJoin('model_outages', 'model_outages.model', 'runs.wait_model')
    .select([
      'model_outages.since as away_since',
      'model_outages.next_at as away_next_at',
      'model_outages.reason as away_reason',
    ])
    .select((eb) =>
      eb
        .case()
        .when('runs.status', '=', 'paused')
        .then(
          eb
            .selectFrom('events')
            .select('data')
            .whereRef('events.run_id', '=', 'runs.id')
            .where('events.type', '=', 'run.paused')
            .orderBy('events.seq', 'desc')
            .limit(1),
        )
        .end()
        .as('paused_by'),
    );
}

/** Ids are UUIDv7, so their order is the order of creation. */
async function listRuns(kysely: Kysely, filter: RunFilter, { cursor, limit }: PageRequest) {
  let query = withOutage(kysely).select(summaryColumns.map((name) => `runs.${name}` as const));
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
  return { rows, next };
}

const noBlobs: Blobs = new Map();

/** Bytes of large values, without reading them. */
async function blobSizes(kysely: Kysely, rows: readonly StepsTable[]): Promise<ReadonlyMap<string, number>> {
  const hashes = [...new Set(rows.flatMap((row) => row.result_blob ?? []))];
  if (hashes.length === 0) return new Map();
  const found = await kysely
    .selectFrom('blobs')
    .select((eb) => ['hash', eb.fn<number>('octet_length', ['body']).as('bytes')])
    .where('hash', 'in', hashes)
    .execute();
  return new Map(found.map((row) => [row.hash, row.bytes]));
}

function sizeOf(row: StepsTable, sizes: ReadonlyMap<string, number>): { readonly resultBytes?: number } {
  const bytes = row.result_blob === null ? undefined : sizes.get(row.result_blob);
  return bytes === undefined ? {} : { resultBytes: bytes };
}

async function readBlobs(kysely: Kysely, hashes: readonly (string | null)[]): Promise<Blobs> {
  const wanted = [...new Set(hashes.filter((hash) => hash !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await kysely.selectFrom('blobs').select(['hash', 'body']).where('hash', 'in', wanted).execute();
  const damaged = rows.find(({ hash, body }) => hashOf(body) !== hash);
  if (damaged !== undefined) throw damagedValue(`A recorded value (${damaged.hash.slice(0, 12)}…)`);
  return new Map(rows.map((row) => [row.hash, row.body]));
}

/** What a step added to the conversation of its agent: a turn its messages, a tool call what it gave. */
function messagesOf(row: StepsTable, blobs: Blobs): TranscriptMessage[] {
  const facts = parseStepFacts(row.kind, row.detail === null ? null : JSON.parse(row.detail), row.key);
  const { key: stepKey, result } = toStep(row, blobs);
  if (facts.kind === 'turn') {
    const { agent } = facts.detail;
    const { messages = [] } = (result ?? {}) as { readonly messages?: readonly RecordedMessage[] };
    return messages.map(({ role, content, toolRequests }) => {
      return { stepKey, agent, role, content: toolRequests === undefined ? content : { text: content, toolRequests } };
    });
  }
  // A call that a pipeline made is no part of a conversation.
  if (facts.kind !== 'tool' || facts.detail?.agent === undefined || row.status !== 'done') return [];
  const { agent, tool } = facts.detail;
  const isLarge = row.result_blob !== null;
  const content = { tool, ...(isLarge ? { leftOut: 'large: read the step' } : { result }) };
  return [{ stepKey, agent, role: 'tool', content }];
}

interface RecordedMessage {
  readonly role: string;
  readonly content: unknown;
  readonly toolRequests?: unknown;
}
