/**
 * How a drive ends: one place decides what is committed, from how the function ended and why the session was halted.
 *
 * Order of precedence: lost, broken, unplayable, undoing that began before, cancel, attention, then what the function
 * did, then pause, shutdown, parked.
 */

import { compact, isFinished, PerdureError, type ErrorRecord } from '@perdure/contract';
import { authorError } from '../record/author-error.ts';
import type { NewEvent, RunFailure } from '../record/commit.ts';
import { isoTime } from '../record/iso-time.ts';
import type { DriveSession } from '../session/drive-session.ts';
import { keysNotMet } from '../session/not-met.ts';
import { abandoned } from '../session/in-flight.ts';
import { jsonText } from '../record/json-text.ts';
import { handedOver, type RunWait, type UndoOutcome } from '../record/record.ts';
import { failureBehind } from '../record/step-failure.ts';
import { armedSteps, failedUndos, undoAll } from './undo.ts';

/** What the pipeline function did in this drive. */
export type Ending =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** Its code is missing, does not suit the run, or trying again is pointless: only a person can mend that. */
  | { readonly kind: 'unplayable'; readonly error: ErrorRecord }
  /** It waits: for parked calls, or because nothing new may begin. */
  | { readonly kind: 'quiet' };

/** What the driver has to do after the last commit of a drive. */
export type After =
  | { readonly kind: 'finished' }
  | { readonly kind: 'wake'; readonly at?: number }
  | { readonly kind: 'idle' };

const idle: After = { kind: 'idle' };

export interface EndingDeps {
  readonly wakeRun: (runId: string) => Promise<void>;
}

export async function finishRun(session: DriveSession, ending: Ending, deps: EndingDeps): Promise<After> {
  try {
    return await decide(session, ending, deps);
  } catch (error) {
    if (error !== abandoned) throw error;
  }
  const halt = session.gate.halted;
  if (halt?.kind === 'broken') throw halt.error;
  return idle;
}

async function decide(session: DriveSession, ending: Ending, deps: EndingDeps): Promise<After> {
  const { run } = session;
  const halt = session.gate.halted;
  if (halt?.kind === 'lost' || halt?.kind === 'broken') throw abandoned;
  if (ending.kind === 'unplayable') {
    // A cancel that finds no code to undo with is kept: once the code is back, the run is undone instead of going on.
    return await stopForAttention(session, ending.error, halt?.kind === 'cancel' ? 'cancelled' : undefined);
  }
  if (run.undoOutcome !== null) {
    return await conclude(
      session,
      {
        outcome: run.undoOutcome,
        failure: compact({ error: run.error ?? undefined, failedKey: run.failedKey ?? undefined }),
        isUndoing: run.status === 'undoing',
      },
      deps,
    );
  }
  if (halt?.kind === 'cancel') {
    return await conclude(session, { outcome: 'cancelled', failure: {}, isUndoing: false }, deps);
  }
  if (halt?.kind === 'attention') return await stopForAttention(session, halt.error);
  switch (ending.kind) {
    case 'returned':
      return await complete(session, ending.value, deps);
    case 'threw':
      return await conclude(session, { outcome: 'failed', failure: failureOf(ending.error), isUndoing: false }, deps);
    case 'quiet':
      return await rest(session, deps);
    default:
      return ending satisfies never;
  }
}

/** Every order that is still open when a run comes to rest or ends has had its effect, or has none any more. */
function openOrders(session: DriveSession): readonly string[] {
  const halt = session.gate.halted;
  const delivered = halt?.kind === 'pause' || halt?.kind === 'cancel' ? [halt.orderId] : [];
  return [...new Set([...session.run.orders.map((order) => order.id), ...delivered])];
}

async function complete(session: DriveSession, value: unknown, deps: EndingDeps): Promise<After> {
  const output = jsonText(value ?? null);
  if (output.kind === 'not_json') {
    const error: ErrorRecord = {
      code: 'run_failed',
      message: `The output of the pipeline is not JSON (${output.why}); return plain data, then retry the run.`,
    };
    return await conclude(session, { outcome: 'failed', failure: { error }, isUndoing: false }, deps);
  }
  await session.record.commit({
    change: { action: 'complete', output: output.text },
    events: [...(await notMet(session)), { type: 'run.completed', data: {} }],
    consumedOrders: openOrders(session),
  });
  return { kind: 'finished' };
}

/** Where the function threw what a step had given it, that step is where `retry` goes on. */
function failureOf(thrown: unknown): RunFailure {
  return compact({ error: authorError(thrown, 'run_failed'), failedKey: failureBehind(thrown)?.key });
}

interface Conclusion {
  readonly outcome: UndoOutcome;
  readonly failure: RunFailure;
  /** Whether undoing has been recorded as begun already. */
  readonly isUndoing: boolean;
}

/** Ends a run that failed or was cancelled: first its children, then what was armed, then the run itself. */
async function conclude(session: DriveSession, conclusion: Conclusion, deps: EndingDeps): Promise<After> {
  const { outcome, failure, isUndoing } = conclusion;
  const notices = outcome === 'failed' && !isUndoing ? await notMet(session) : [];
  if (await cancelChildren(session, deps)) return idle;
  if (armedSteps(session.record).length > 0) {
    if (!isUndoing) {
      const { error } = failure;
      await session.record.commit({
        change: { action: 'undo', undoOutcome: outcome, ...failure },
        events: [...notices.splice(0), { type: 'run.undoing', data: compact({ outcome, error }) }],
        consumedOrders: openOrders(session),
      });
    }
    await undoAll(session);
  }
  // What stopped a cancel on its way is over.
  const error = withFailedUndos(session, outcome === 'failed' ? failure.error : undefined);
  await session.record.commit({
    change: compact({ action: outcome === 'failed' ? 'fail' : 'cancel', error, failedKey: failure.failedKey } as const),
    events: [...notices, endOf(outcome, error)],
    consumedOrders: openOrders(session),
  });
  return { kind: 'finished' };
}

function endOf(outcome: UndoOutcome, error: ErrorRecord | undefined): NewEvent {
  if (outcome === 'cancelled') return { type: 'run.cancelled', data: compact({ error }) };
  return { type: 'run.failed', data: { error: error ?? { code: 'run_failed', message: 'No reason was recorded.' } } };
}

/** What a sentence holds; the record of each undo holds all. The error of a run is read with every list. */
const toldUndos = 10;
const longestWhy = 300;

/** An effect that is still there is the first thing to know of a run that has ended. */
function withFailedUndos(session: DriveSession, error: ErrorRecord | undefined): ErrorRecord | undefined {
  const failed = failedUndos(session.record);
  if (failed.length === 0) return error;
  const shown = failed.slice(0, toldUndos).map(({ key, why }) => `${key} (${why.slice(0, longestWhy)})`);
  const more = failed.length - shown.length;
  const list = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
  const sentence = `Not taken back: ${list}; do it by hand.`;
  const notUndone = failed.map(({ key }) => key);
  if (error === undefined) return { code: 'undo_failed', message: sentence, details: { notUndone } };
  return { ...error, message: `${error.message} ${sentence}`, details: { ...error.details, notUndone } };
}

const parkForChildren = { action: 'park', wait: { kind: 'child', wakeAt: null } } as const;

/** Orders unfinished children to cancel and parks until they have ended (they wake us). False: there are none. */
async function cancelChildren(session: DriveSession, deps: EndingDeps): Promise<boolean> {
  const alive = await childrenAtWork(session);
  if (alive.length === 0) return false;
  await session.record.commit({
    ...compact({ change: session.run.status === 'running' ? parkForChildren : undefined }),
    ordersTo: alive.map((runId) => ({ runId, kind: 'cancel' })),
  });
  for (const childId of alive) await deps.wakeRun(childId);
  return true;
}

async function childrenAtWork({ record }: DriveSession): Promise<readonly string[]> {
  const alive: string[] = [];
  for (const step of record.steps) {
    if (step.kind !== 'run' || step.status !== 'started') continue;
    const { run } = step.detail;
    const outcome = await record.read((journal) => journal.readOutcome(run));
    if (outcome !== undefined && !isFinished(outcome.status)) alive.push(run);
  }
  return alive;
}

/** A resume that was given after this pause is still to have its effect. */
function resumesAfter({ run }: DriveSession, pauseId: string): readonly string[] {
  const at = run.orders.findIndex(({ id }) => id === pauseId);
  const later = at < 0 ? [] : run.orders.slice(at).filter(({ kind }) => kind === 'pause' || kind === 'resume');
  // Of several the last counts.
  return later.at(-1)?.kind === 'resume' ? later.flatMap(({ id, kind }) => (kind === 'resume' ? [id] : [])) : [];
}

/** Parks, pauses or hands the run back: whatever a quiet drive is quiet for. */
async function rest(session: DriveSession, deps: EndingDeps): Promise<After> {
  const halt = session.gate.halted;
  if (halt?.kind === 'pause') {
    // The order went to the runs below too; one that was born since then has not got it.
    const children = await childrenAtWork(session);
    const later = resumesAfter(session, halt.orderId);
    await session.record.commit({
      change: { action: 'pause' },
      events: [{ type: 'run.paused', data: {} }],
      consumedOrders: openOrders(session).filter((id) => !later.includes(id)),
      ordersTo: children.map((runId) => ({ runId, kind: 'pause', with: halt.orderId })),
    });
    for (const childId of children) await deps.wakeRun(childId);
    return later.length > 0 ? { kind: 'wake' } : idle;
  }
  if (halt?.kind === 'shutdown') {
    // Drives that committed nothing go on counting (R7).
    if (session.run.barrenDrives <= 1) await session.record.commit({ barrenDrives: handedOver });
    return { kind: 'wake' };
  }
  const wait = session.parking.nearest;
  if (wait === undefined) {
    throw new PerdureError('internal', 'A quiet drive waits for nothing; please report this (5f0c8a52).');
  }
  // What is parked is a line in the record, and for a timer one in the engine: nothing of it stays here (P3).
  const before = session.run.waitBefore;
  await session.record.commit({
    change: { action: 'park', wait },
    events: [...(await notMet(session)), ...waitingNews(before, wait)],
  });
  return wait.wakeAt === null ? idle : { kind: 'wake', at: wait.wakeAt };
}

function waitingNews(before: RunWait | null, wait: RunWait): readonly NewEvent[] {
  if (!isNews(before, wait)) return [];
  const until = wait.wakeAt === null ? undefined : isoTime(wait.wakeAt);
  return [{ type: 'run.waiting', data: { kind: wait.kind, ...compact({ until, model: wait.model }) } }];
}

/** How many keys are told. */
const toldKeys = 20;

/** Told once: what was told last is no news. */
async function notMet({ run, record, keys, gate }: DriveSession): Promise<NewEvent[]> {
  if (gate.halted !== undefined) return [];
  const found = keysNotMet(run.steps, (key) => keys.has(key));
  if (found.length === 0) return [];
  const data = { keys: found.slice(0, toldKeys), count: found.length };
  const before = await record.read((journal) => journal.readNotMet(run.id));
  return JSON.stringify(before) === JSON.stringify(data) ? [] : [{ type: 'run.steps_not_met', data }];
}

/** A model that is still away is no news, however often it was asked. */
function isNews(before: RunWait | null, wait: RunWait): boolean {
  if (before === null || before.kind !== wait.kind || before.model !== wait.model) return true;
  return wait.kind !== 'model' && before.wakeAt !== wait.wakeAt;
}

/** Stops the run, keeping everything, until somebody decides. */
async function stopForAttention(session: DriveSession, error: ErrorRecord, undoOutcome?: UndoOutcome): Promise<After> {
  await session.record.commit({
    change: compact({ action: 'stop_for_attention', error, undoOutcome } as const),
    events: [{ type: 'run.needs_attention', data: { error } }],
    consumedOrders: openOrders(session),
  });
  return idle;
}
