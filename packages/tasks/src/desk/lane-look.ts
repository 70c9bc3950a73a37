/** Lanes for somebody who only looks: where each stands, the brief of one, and what was last returned. */

import { PerdureError, type Lane, type QuarantinedReturn, type Task } from '@perdure/contract';
import { noSuchTask } from '../core/answers.ts';
import { laneOf, noSuchLane } from '../core/decide-lane.ts';
import type { TaskEvent } from '../core/events.ts';
import { laneBrief, type HandIn } from '../core/lane-brief.ts';
import { checkLanes, standingOf, type LaneCheck, type LaneStanding } from '../core/lanes.ts';
import type { Refusal, TaskStore } from '../core/ports.ts';
import type { ClockDeps } from './deps.ts';

interface LookDeps extends ClockDeps {
  readonly store: Pick<TaskStore, 'get' | 'events'>;
}

export interface LaneRequest {
  readonly taskId: string;
  readonly line: string;
}

export type LaneCheckOutcome = { readonly kind: 'checked'; readonly task: Task; readonly check: LaneCheck } | Refusal;

/** Writes nothing: a lane whose deadline has passed counts as such without it. */
export async function lookAtLanes(
  { store, now }: LookDeps,
  { taskId }: { readonly taskId: string },
): Promise<LaneCheckOutcome> {
  const task = await store.get(taskId);
  return task === undefined ? noSuchTask(taskId) : { kind: 'checked', task, check: checkLanes(task, now()) };
}

export type LaneOutcome =
  | {
      readonly kind: 'shown';
      readonly task: Task;
      readonly standing: LaneStanding;
      /** What its worker is told. */
      readonly brief: string;
      /** The words of its last return; empty: it has returned nothing. */
      readonly body: string;
    }
  | Refusal;

export async function showLane(
  { store, now }: LookDeps,
  { taskId, line, handIn = 'shell' }: LaneRequest & { /** Default: by the command. */ readonly handIn?: HandIn },
): Promise<LaneOutcome> {
  const task = await store.get(taskId);
  if (task === undefined) return noSuchTask(taskId);
  const lane = laneOf(task, line);
  if (lane === undefined) return noSuchLane(task, line);
  const body = lane.last_body ?? (await returnedWords(store, taskId, lane.last_return_seq));
  return { kind: 'shown', task, standing: standingOf(lane, now()), brief: laneBrief(task, lane, handIn), body };
}

export type KeptReturnOutcome =
  | { readonly kind: 'kept'; readonly task: Task; readonly kept: QuarantinedReturn; readonly body: string }
  /** No return of that name is kept apart. */
  | { readonly kind: 'none' };

/** A return that was kept apart, with its words: what somebody has to read before it is adopted or dropped. */
export async function showKeptReturn(
  { store }: LookDeps,
  { taskId, id }: { readonly taskId: string; readonly id: string },
): Promise<KeptReturnOutcome> {
  const task = await store.get(taskId);
  const kept = task?.quarantine.find((one) => one.id === id);
  if (task === undefined || kept === undefined) return { kind: 'none' };
  return { kind: 'kept', task, kept, body: await returnedWords(store, taskId, kept.seq) };
}

/** The words of a return, by the number of its event. */
export async function returnedWords(
  store: Pick<TaskStore, 'events'>,
  taskId: string,
  seq: number | null,
): Promise<string> {
  if (seq === null) return '';
  const [event] = await store.events(taskId, { after: seq - 1, limit: 1 });
  return event === undefined ? '' : wordsOf(event);
}

function wordsOf(event: TaskEvent): string {
  const isReturn = event.type === 'subagent_return_ingested' || event.type === 'return_quarantined';
  return isReturn ? (event.data.body ?? '') : '';
}

/** What was just written about is there, unless somebody changed the database. */
export function damagedLane(line: string): Lane {
  throw new PerdureError('storage_corrupt', `Lane ${line} is gone from the task it was written to; restore a backup.`);
}
