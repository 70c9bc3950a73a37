/**
 * What must be true of runs after every command, whatever it was: read from the rows as they were before it and as they
 * are now. Each function returns sentences, one for each fault.
 */

import { isFinished, nextRunStatus, runActions, type RunStatus } from '@perdure/contract';
import type { EventsTable, RunsTable, StepsTable } from '@perdure/db';
import { patienceMs } from '../src/session/patience.ts';
import { steeringFaults } from './run-model-steers.ts';
import type { Snapshot } from './run-model-world.ts';

export function faultsBetween(before: Snapshot, now: Snapshot): readonly string[] {
  return now.runs.flatMap((run) => {
    const earlier = before.runs.find(({ id }) => id === run.id);
    const about = [
      ...eventFaults(run, now),
      ...flightFaults(run, now),
      ...endFaults(run, now),
      ...steeringFaults(run, now),
      ...(earlier === undefined ? [] : changeFaults(earlier, { run, before, now })),
    ];
    return about.map((fault) => `${run.pipeline} ${run.id.slice(-4)}: ${fault}`);
  });
}

const of = <T extends { readonly run_id: string }>(rows: readonly T[], runId: string): readonly T[] =>
  rows.filter((row) => row.run_id === runId);

/**
 * What the last event about the run's life allows its status to be: beginning a drive and parking again for the same
 * write none.
 */
const statusesAfter: Readonly<Record<string, readonly RunStatus[]>> = {
  'run.queued': ['queued'],
  'run.started': ['running', 'waiting'],
  'run.recovered': ['running', 'waiting', 'undoing'],
  'run.waiting': ['running', 'waiting'],
  'run.resumed': ['running', 'waiting'],
  'run.retried': ['queued', 'running', 'waiting'],
  // A cancel takes up what rests without a word.
  'run.paused': ['paused', 'running', 'waiting'],
  'run.needs_attention': ['needs_attention', 'running', 'waiting'],
  'run.undoing': ['undoing'],
  'run.completed': ['completed'],
  'run.failed': ['failed'],
  'run.cancelled': ['cancelled'],
};

function eventFaults(run: RunsTable, now: Snapshot): readonly string[] {
  const events = of(now.events, run.id);
  const faults: string[] = [];
  if (events.length !== run.event_seq || events.some(({ seq }, index) => seq !== index + 1))
    faults.push('events have gaps');
  const life = events.filter(({ type }) => type in statusesAfter);
  const last = life.at(-1)?.type ?? 'run.queued';
  if (statusesAfter[last]?.includes(run.status) !== true) faults.push(`its last event is ${last}, it is ${run.status}`);
  const end = events.findLastIndex(({ type }) => type === last);
  const late = isFinished(run.status) ? events.slice(end + 1).filter(({ actor }) => actor === 'driver') : [];
  return [...faults, ...overrun(events), ...late.map(({ type }) => `${type} comes after its end`)];
}

/** A pause that came after the last order to go on is followed before anything else begins. */
function overrun(events: readonly EventsTable[]): readonly string[] {
  const faults: string[] = [];
  let order: string | undefined;
  let isHeldBack = false;
  for (const { type, data } of events) {
    const about = JSON.parse(data) as { readonly order?: string; readonly kind?: string; readonly key?: string };
    if (about.order === 'pause' || about.order === 'resume') order = about.order;
    if (type in statusesAfter) isHeldBack = type === 'run.resumed' && order === 'pause';
    const isWork = type.startsWith('step.') && ['step', 'turn', 'tool'].includes(about.kind ?? '');
    if (isHeldBack && isWork) faults.push(`${about.key} went on although a person had paused the run`);
  }
  return faults;
}

/**
 * Whoever rests has nothing in flight, and what is in flight for the drive that holds the run is closed by nobody else.
 */
function flightFaults(run: RunsTable, now: Snapshot): readonly string[] {
  const jobs = now.jobs.filter(({ runId }) => runId === run.id);
  const isClosed = (key: string) =>
    now.steps.some((step) => step.run_id === run.id && step.key === key && step.status !== 'started');
  const closed = jobs.filter(({ key }) => isClosed(key)).map(({ key }) => `${key} is closed while it is in flight`);
  if (!['paused', 'needs_attention', 'waiting'].includes(run.status) || hasGivenUp(run, now)) return closed;
  return jobs.map(({ key }) => `it is ${run.status} while ${key} is in flight`);
}

/** A cancelled run that waits for its children has given up what ignored its signal for so long. */
function hasGivenUp({ id, status }: RunsTable, { orders, now }: Snapshot): boolean {
  const cancels = of(orders, id).filter(({ kind }) => kind === 'cancel');
  return status === 'waiting' && cancels.some(({ created_at: at }) => at + patienceMs <= now);
}

/** What was armed is undone, newest start first, each once; where all went well nothing is. */
function endFaults(run: RunsTable, now: Snapshot): readonly string[] {
  if (!isFinished(run.status)) return [];
  const steps = of(now.steps, run.id);
  const armed = steps.filter(({ undoable }) => undoable !== 0).map(({ key }) => `undo/${key}`);
  const due = run.status === 'completed' ? [] : armed.toReversed();
  const undone = steps.filter(({ kind }) => kind === 'undo');
  const faults = undone.filter(({ status }) => status === 'started').map(({ key }) => `${key} has no end`);
  const keys = undone.map(({ key }) => key);
  return keys.join() === due.join() ? faults : [...faults, `it has undone ${keys.join()} instead of ${due.join()}`];
}

interface Change {
  readonly run: RunsTable;
  readonly before: Snapshot;
  readonly now: Snapshot;
}

function changeFaults(earlier: RunsTable, { run, before, now }: Change): readonly string[] {
  const faults: string[] = [];
  const events = of(now.events, run.id);
  const known = of(before.events, run.id);
  if (JSON.stringify(events.slice(0, known.length)) !== JSON.stringify(known)) faults.push('an event changed');
  const news = events.slice(known.length);
  if (!reachable(earlier.status).has(run.status)) faults.push(`it went from ${earlier.status} to ${run.status}`);
  const isRetried = news.some(({ type }) => type === 'run.retried');
  if (isFinished(earlier.status) && run.status !== earlier.status && !isRetried) faults.push('it left its end');
  const isReleased =
    news.some(({ type }) => type === 'run.resumed') || ordered(run.id, { before, now, kind: 'cancel' });
  if (isAtRest(earlier.status) && run.status !== earlier.status && !isReleased)
    faults.push(`nobody let it leave ${earlier.status}`);
  const resumes = news.filter(({ type }) => type === 'run.resumed').length;
  if (resumes > 0 && !ordered(run.id, { before, now, kind: 'resume' })) faults.push('it was resumed without an order');
  faults.push(...stepFaults(of(before.steps, run.id), { steps: of(now.steps, run.id), news }));
  for (const { id, answer } of of(before.waits, run.id)) {
    const later = now.waits.find((wait) => wait.id === id);
    if (answer !== null && later?.answer !== answer && !(isRetried && later === undefined))
      faults.push(`the answer to ${id} changed`);
  }
  return faults;
}

function isAtRest(status: RunStatus): boolean {
  return status === 'paused' || status === 'needs_attention';
}

/** Whether an order was open before or came since, and is consumed now or about to be. */
function ordered(
  runId: string,
  { before, now, kind }: { readonly before: Snapshot; readonly now: Snapshot; readonly kind: string },
): boolean {
  const done = new Set(before.orders.filter(({ consumed_at: at }) => at !== null).map(({ id }) => id));
  return of(now.orders, runId).some((order) => order.kind === kind && !done.has(order.id));
}

/** Statuses that arrows of the table lead to, in any number. */
function reachable(from: RunStatus): ReadonlySet<RunStatus> {
  const found = new Set<RunStatus>([from]);
  for (const status of found) {
    for (const action of runActions) {
      const next = nextRunStatus(status, action);
      if (next !== undefined) found.add(next);
    }
  }
  return found;
}

/** A closed step stays as it was, but for what a retry says that it does again. */
function stepFaults(
  before: readonly StepsTable[],
  { steps, news }: { readonly steps: readonly StepsTable[]; readonly news: readonly EventsTable[] },
): readonly string[] {
  const reopened = new Set(
    news
      .filter(({ type }) => type === 'run.retried')
      .flatMap(({ data }) => (JSON.parse(data) as { reopened: readonly string[] }).reopened),
  );
  const now = new Map(steps.map((step) => [step.key, JSON.stringify(step)]));
  return before
    .filter(({ status, key }) => status !== 'started' && !reopened.has(key))
    .filter((step) => now.get(step.key) !== JSON.stringify(step))
    .map(({ key }) => `the record of ${key} changed`);
}
