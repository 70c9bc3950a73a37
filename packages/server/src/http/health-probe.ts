/**
 * Asks the parts how they are, each in the way that proves most: the worker by a call that goes through the engine, the database by a
 * read. The model is not asked, since that costs: what the newest recorded call says is told instead.
 *
 * The answer is public, so it is made of our own sentences only: no path, no address, no message of somebody else.
 */

import { errorCatalogue, overallHealth, type ErrorCode, type Health, type HealthPart } from '@perdure/contract';
import type { Database } from '@perdure/db';
import type { HealthProbe } from './ports.ts';

type Parts = Health['parts'];

/** A call that some part answers with an HTTP status, or not at all. */
export type Ask = (timeoutMs: number) => Promise<{ readonly status: number }>;

export interface HealthProbeOptions {
  /** Asks the engine itself. */
  readonly engine: Ask;
  /** Asks a worker, through the engine. */
  readonly worker: Ask;
  readonly database: Pick<Database, 'kysely'>;
  readonly model: { readonly kind: 'demo' | 'configured'; readonly id?: string | undefined };
  readonly clock: () => number;
  /** How long an answer is kept when all is well; default 1,000. */
  readonly cacheMs?: number;
  /** How long a part may take to answer; default 2,000. */
  readonly timeoutMs?: number;
}

/** Whoever meets trouble waits for its end, so such an answer is kept for a short time only. */
const troubleCacheMs = 100;
/** A model call older than this says nothing about now. */
const recentMs = 5 * 60_000;

export function createHealthProbe(options: HealthProbeOptions): HealthProbe {
  const { clock, cacheMs = 1_000 } = options;
  let freshUntil = -Infinity;
  let parts: Promise<Parts> | undefined;
  const probeAgain = async (): Promise<Parts> => {
    freshUntil = Infinity;
    const found = await probe(options);
    freshUntil = clock() + (overallHealth(found) === 'ok' ? cacheMs : Math.min(cacheMs, troubleCacheMs));
    return found;
  };
  return {
    check() {
      // The promise is kept, not its value: callers at the same time share one probe.
      if (parts === undefined || clock() >= freshUntil) parts = probeAgain();
      return parts;
    },
  };
}

async function probe(options: HealthProbeOptions): Promise<Parts> {
  const engine = probeEngine(options);
  const [database, model] = await Promise.all([probeDatabase(options), probeModel(options)]);
  return { engine: await engine, database, worker: await probeWorker(options, await engine), model };
}

async function probeEngine(options: HealthProbeOptions): Promise<HealthPart> {
  return (await answers(options.engine, options))
    ? { status: 'ok', detail: 'The durable engine answers.' }
    : { status: 'down', detail: 'The durable engine does not answer; runs are recorded and go on when it is back.' };
}

async function probeWorker(options: HealthProbeOptions, engine: HealthPart): Promise<HealthPart> {
  if (engine.status === 'down') return { status: 'down', detail: 'It cannot be asked while the engine is down.' };
  return (await answers(options.worker, options))
    ? { status: 'ok', detail: 'A call through the engine reached a worker.' }
    : { status: 'down', detail: 'No worker answers through the engine; runs are recorded and go on when one is back.' };
}

async function answers(ask: Ask, { timeoutMs = 2_000 }: HealthProbeOptions): Promise<boolean> {
  try {
    const { status } = await ask(timeoutMs);
    return status >= 200 && status < 300;
  } catch {
    return false;
  }
}

async function probeDatabase({ database }: HealthProbeOptions): Promise<HealthPart> {
  try {
    await database.kysely.selectFrom('runs').select('id').limit(1).execute();
    return { status: 'ok', detail: 'The database answers.' };
  } catch {
    return { status: 'down', detail: 'The database cannot be read; the log of the server tells why.' };
  }
}

async function probeModel(options: HealthProbeOptions): Promise<HealthPart> {
  const { kind, id } = options.model;
  const detail =
    kind === 'demo'
      ? 'This is the demo model, which answers by rule; set AI_BASE_URL, AI_API_KEY and MODEL_ID for a real one.'
      : `The model ${id ?? 'of AI_BASE_URL'} is configured.`;
  const code = await newestModelError(options).catch(() => undefined);
  if (code === undefined) return { status: 'ok', detail };
  const { title, hint } = errorCatalogue[code];
  return { status: 'degraded', detail: `${detail} Its newest call failed: ${title}. ${hint}` };
}

/** The error of the newest model call, if it is recent and failed. Looks at the tail of the newest runs only, by primary key. */
async function newestModelError({ database, clock }: HealthProbeOptions): Promise<ErrorCode | undefined> {
  const { kysely } = database;
  const newest = kysely.selectFrom('runs').select(['id', 'event_seq']).orderBy('id', 'desc').limit(20).as('newest');
  const rows = await kysely
    .selectFrom(newest)
    .innerJoin('events', (join) =>
      join.onRef('events.run_id', '=', 'newest.id').on((eb) => eb('events.seq', '>', eb('newest.event_seq', '-', 50))),
    )
    .select(['events.data'])
    .where('events.type', 'in', ['step.done', 'step.retrying', 'step.failed'])
    .where('events.at', '>', clock() - recentMs)
    .orderBy('events.at', 'desc')
    .orderBy('events.seq', 'desc')
    .execute();
  for (const { data } of rows) {
    const { kind, error } = JSON.parse(data) as { kind?: string; error?: { code?: ErrorCode } };
    if (kind === 'turn') return isModelError(error?.code) ? error?.code : undefined;
  }
  return undefined;
}

function isModelError(code: ErrorCode | undefined): boolean {
  return code === 'model_rejected' || code === 'model_unavailable';
}
