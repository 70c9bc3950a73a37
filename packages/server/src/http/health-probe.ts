/**
 * Asks the parts how they are, each in the way that proves most: the worker by a call that goes through the engine, the
 * database by a read and a write. Where that call fails, one that needs no worker tells whose fault it is. The model is
 * not asked, since that costs: what the newest recorded call says is told instead.
 *
 * The answer is public, so it is made of our own sentences only: no path, no address, no message of somebody else.
 */

import { setTimeout as delay } from 'node:timers/promises';
import {
  compact,
  errorCatalogue,
  isPerdureError,
  overallHealth,
  type ErrorCode,
  type Health,
  type HealthPart,
} from '@perdure/contract';
import type { HealthProbe, HealthReader, OutageDesk } from './ports.ts';

type Parts = Health['parts'];
type EngineAndWorker = Pick<Parts, 'engine' | 'worker'>;

/** A call that some part answers with an HTTP status, or not at all. */
export type Ask = (timeoutMs: number) => Promise<{ readonly status: number }>;

export interface HealthProbeOptions {
  /** Asks the engine itself. */
  readonly engine: Ask;
  /** Asks a worker, through the engine. */
  readonly worker: Ask;
  /** Whether the engine takes a call that no worker need answer: tells who is to blame when `worker` fails. */
  readonly takesCalls: (timeoutMs: number) => Promise<boolean>;
  /** Whether the disk has room. */
  readonly hasRoom: () => Promise<boolean>;
  readonly record: HealthReader;
  /** How many files of definitions the worker had to leave out. */
  readonly leftOut: () => Promise<number>;
  readonly outages: OutageDesk;
  readonly model: { readonly kind: 'demo' | 'configured'; readonly id?: string | undefined };
  /** Why the vaults are sealed; undefined: they are not. */
  readonly vaultsSealed?: () => string | undefined;
  readonly clock: () => number;
  /** How long an answer is kept when all is well; default 1,000. */
  readonly cacheMs?: number;
  /** How long a part may take to answer; default 2,000. */
  readonly timeoutMs?: number;
}

const defaultTimeoutMs = 2_000;
/** Whoever meets trouble waits for its end, so such an answer is kept for a short time only. */
const troubleCacheMs = 100;
/** A model call older than this says nothing about now. */
const recentMs = 5 * 60_000;

export function createHealthProbe(options: HealthProbeOptions): HealthProbe {
  const { clock, cacheMs = 1_000 } = options;
  const history: ModelHistory = { startedAt: clock(), wasCalled: false };
  let freshUntil = -Infinity;
  let parts: Promise<Parts> | undefined;
  const probeAgain = async (): Promise<Parts> => {
    freshUntil = Infinity;
    const found = await probe(options, history);
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

async function probe(options: HealthProbeOptions, history: ModelHistory): Promise<Parts> {
  const hasRoom = await options.hasRoom();
  const [engineAndWorker, database, model] = await Promise.all([
    probeEngineAndWorker(options, hasRoom),
    probeDatabase(options, hasRoom),
    probeModel(options, history),
  ]);
  const reason = options.vaultsSealed?.();
  const vault = reason === undefined ? undefined : ({ status: 'degraded', detail: reason } as const);
  return { ...engineAndWorker, database, model, ...compact({ vault }) };
}

/** Takes two time limits at most: what can be asked at the same time is. */
async function probeEngineAndWorker(options: HealthProbeOptions, hasRoom: boolean): Promise<EngineAndWorker> {
  const { timeoutMs = defaultTimeoutMs } = options;
  const [engineAnswers, workerAnswers] = await Promise.all([
    answers(options.engine, timeoutMs),
    answers(options.worker, timeoutMs),
  ]);
  if (!engineAnswers)
    return engineDown('The durable engine does not answer; runs are recorded and go on when it is back.');
  const engine = { status: 'ok', detail: 'The durable engine answers.' } as const;
  if (workerAnswers) return { engine, worker: { status: 'ok', detail: await workerDetail(options) } };
  if (await options.takesCalls(timeoutMs)) return { engine, worker: noWorker };
  return engineDown(
    hasRoom
      ? 'The durable engine takes no calls; where that lasts for half a minute it is started again by itself, and runs go on.'
      : 'The durable engine takes no calls, since the disk is full: free some space, then it goes on by itself.',
  );
}

async function workerDetail({ leftOut }: HealthProbeOptions): Promise<string> {
  const reached = 'A call through the engine reached a worker.';
  // A record that cannot be read is told as the database.
  const count = await leftOut().catch(() => 0);
  if (count === 0) return reached;
  return `${reached} ${count === 1 ? '1 definition is' : `${count} definitions are`} left out: \`perdure status\` names the file${count === 1 ? '' : 's'}.`;
}

function engineDown(detail: string): EngineAndWorker {
  return {
    engine: { status: 'down', detail },
    worker: { status: 'down', detail: 'It cannot be asked while the engine is down.' },
  };
}

const noWorker: HealthPart = {
  status: 'down',
  detail: 'No worker answers through the engine; runs are recorded and go on when one is back.',
};

async function answers(ask: Ask, timeoutMs: number): Promise<boolean> {
  try {
    const { status } = await ask(timeoutMs);
    return status >= 200 && status < 300;
  } catch {
    return false;
  }
}

async function probeDatabase(options: HealthProbeOptions, hasRoom: boolean): Promise<HealthPart> {
  try {
    await options.record.read();
  } catch (error) {
    return { status: 'down', detail: downSentence(error) };
  }
  if (!hasRoom) {
    return { status: 'degraded', detail: 'The database can be read, but the disk is full: nothing new is recorded.' };
  }
  const refusal = await writeRefusal(options);
  if (refusal === undefined) return { status: 'ok', detail: 'The database answers.' };
  if (isPerdureError(refusal, 'storage_corrupt') || isPerdureError(refusal, 'storage_replaced'))
    return { status: 'down', detail: downSentence(refusal) };
  return {
    status: 'degraded',
    detail: `The database can be read, but not written: ${whyRefused(refusal)}. What is finished is kept in memory, and recorded as soon as that is possible.`,
  };
}

function downSentence(error: unknown): string {
  if (!isPerdureError(error)) return 'The database cannot be read; the log of the server tells why.';
  const { title, hint } = errorCatalogue[error.code];
  return `The database cannot be used: ${title}. ${hint}`;
}

const late = Symbol('late');

/** Undefined: a write was taken. `late`: it still waits. */
async function writeRefusal({ record, clock, timeoutMs = defaultTimeoutMs }: HealthProbeOptions): Promise<unknown> {
  const timeUp = new AbortController();
  const written = record.write(clock()).then(
    () => undefined,
    (error: unknown) => error ?? late,
  );
  const tooLate = delay(timeoutMs, late, { signal: timeUp.signal, ref: false }).catch(() => undefined);
  try {
    return await Promise.race([written, tooLate]);
  } finally {
    timeUp.abort();
  }
}

function whyRefused(refusal: unknown): string {
  if (isPerdureError(refusal, 'storage_full')) return 'it cannot grow, since the disk or a limit is full';
  if (isPerdureError(refusal, 'storage_read_only')) return 'it is read-only';
  if (refusal === late) return 'another program has held its lock for too long';
  return 'another program holds its lock, or the disk fails';
}

interface ModelHistory {
  readonly startedAt: number;
  /** Whether a call was seen at any look: the record is asked about its newest runs alone. */
  wasCalled: boolean;
}

async function probeModel(options: HealthProbeOptions, history: ModelHistory): Promise<HealthPart> {
  const { kind, id } = options.model;
  const detail =
    kind === 'demo'
      ? 'This is the demo model, which answers by rule; set AI_BASE_URL, AI_API_KEY and MODEL_ID for a real one.'
      : `The model ${id ?? 'of AI_BASE_URL'} is configured.`;
  const away = awaySentences(options);
  if (away !== undefined) return { status: 'degraded', detail: `${detail} ${away}` };
  const { record, clock } = options;
  const newest = await record.newestTurn(history.startedAt).catch(() => 'unknown' as const);
  if (newest !== undefined) history.wasCalled = true;
  if (!history.wasCalled && kind === 'configured')
    return { status: 'ok', detail: `${detail} It has not been called since the start.` };
  if (newest === undefined || newest === 'unknown' || newest.at <= clock() - recentMs) return { status: 'ok', detail };
  const code = newest.error;
  if (code === undefined || !isModelError(code)) return { status: 'ok', detail };
  const { title, hint } = errorCatalogue[code];
  return { status: 'degraded', detail: `${detail} Its newest call failed: ${title}. ${hint}` };
}

/** Undefined where no run waits for a model, or nobody can tell: the record says so itself. */
function awaySentences({ outages }: HealthProbeOptions): string | undefined {
  try {
    const [first, ...others] = outages.list().filter(({ waiting }) => waiting > 0);
    if (first === undefined) return undefined;
    const runs = first.waiting === 1 ? '1 run waits' : `${first.waiting} runs wait`;
    const more = others.length === 0 ? '' : ` Away too: ${others.map(({ model }) => model).join(', ')}.`;
    return `${first.model} has been away since ${first.since}; ${runs} for it, and it is asked again at ${first.nextAt}. \`perdure runs resume\` asks now.${more}`;
  } catch {
    return undefined;
  }
}

function isModelError(code: ErrorCode): boolean {
  return code === 'model_rejected' || code === 'model_unavailable';
}
