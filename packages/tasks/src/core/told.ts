/** What whoever called is told, from the task after and what happened. */

import { compact, type Control, type Task } from '@perdure/contract';
import { classify, type Classification, type ClassifyOptions } from './classify.ts';
import type { HaltedState } from './commands.ts';
import { isEndedByControl, mayWake } from './decide-continue.ts';
import type { TaskEventBody } from './events.ts';
import { voidChecks } from './gate.ts';
import { waitingLanes, type LaneStanding } from './lanes.ts';
import { holdsLease } from './lease.ts';
import { pendingId } from './pending.ts';
import { isOnward } from './resume-table.ts';
import { keptWords, stands } from './steering.ts';

/** Between two slices of work. */
export interface BoundaryAnswer {
  readonly answer: 'go_on' | 'pause' | 'stop';
  /** What to heed, oldest first. */
  readonly steering: readonly Heed[];
  /** Why to pause or stop; empty if nobody said. */
  readonly note: string;
  /** Actions that were started and are not ended. */
  readonly open_actions: readonly string[];
  /** Numbers of criteria whose evidence was found void. */
  readonly void_criteria: readonly number[];
  /** To be decided on before the turn ends. */
  readonly lanes: readonly LaneWaiting[];
  /** How many returns are kept apart, for they fit no lane at work. */
  readonly quarantined: number;
}

/**
 * `isNew`: told for the first time. What stands is told again at every boundary, for the agent may have lost its
 * memory; the rest once more.
 */
export interface Heed extends Pick<Control, 'intent' | 'message'> {
  readonly isNew: boolean;
  /** By which it is settled as heeded; absent for what goes by itself. */
  readonly number?: number;
}

export function boundaryAnswer(after: Task, events: readonly TaskEventBody[]): BoundaryAnswer {
  const answer = answers[after.desired_state];
  return {
    answer,
    steering: heeds(after, events),
    note: answer === 'go_on' ? '' : after.operator_note,
    open_actions: after.pending_actions.map(pendingId),
    void_criteria: voidChecks(after).map(({ criterion }) => criterion),
    lanes: waitingLanes(after).map(laneWaiting),
    quarantined: after.quarantine.length,
  };
}

/** A lane that nobody has decided on. */
export interface LaneWaiting {
  readonly line: string;
  readonly class: LaneStanding['class'];
  readonly reasons: readonly string[];
}

export function laneWaiting({ lane, class: name, reasons }: LaneStanding): LaneWaiting {
  return { line: lane.line, class: name, reasons };
}

/** What stands, and what these events say was told for the first time. */
export function heeds(task: Task, events: readonly TaskEventBody[]): readonly Heed[] {
  const { steering } = task;
  const told = events.flatMap((event) => (event.type === 'controls_told' ? [event.data] : []));
  const news = told.flatMap(({ controls }) => controls);
  const standing = steering.filter(({ id, told: isTold }) => isTold && !news.some((one) => one.id === id));
  return [
    ...[...standing, ...told.flatMap(({ again = [] }) => again)].map((word) => heedOf(task, word, false)),
    ...news.map((word) => heedOf(task, word, true)),
  ];
}

/** A word that stands, with its number. */
export function heedOf(task: Task, { id, intent, message }: Words, isNew: boolean): Heed {
  const number = stands(intent) ? keptWords(task).find((one) => one.id === id)?.number : undefined;
  return { intent, message, isNew, ...compact({ number }) };
}

type Words = Pick<Control, 'id' | 'intent' | 'message' | 'number'>;

const answers = {
  running: 'go_on',
  paused: 'pause',
  stopped: 'stop',
  completed: 'stop',
  failed: 'stop',
} as const satisfies Record<Task['desired_state'], BoundaryAnswer['answer']>;

export interface ContinueAnswer {
  /** Whether the lease was given: go on. Otherwise the classification says what stands in the way. */
  readonly goesOn: boolean;
  readonly classification: Classification;
  /** The state it was taken out of. */
  readonly promotedFrom: 'paused' | 'stopped' | null;
}

/** After `continue` with a lease of this token. */
export function continueAnswer(
  before: Task,
  after: Task,
  options: Omit<ClassifyOptions, 'confirmed'> & { readonly tokenHash: string; readonly wakes: readonly HaltedState[] },
): ContinueAnswer {
  const { desired_state: state } = before;
  const wasHalted = state === 'paused' || state === 'stopped';
  // A pause or stop that waited is the newer word: it is reported as what it is, not as something to continue.
  const isObeyed = isEndedByControl(before, after) || !mayWake(before, options.wakes);
  const confirmed = after.desired_state === 'running' || !isObeyed;
  const classification = classify(after, { ...options, confirmed });
  const goesOn = after.desired_state === 'running' && holdsLease(after, options.tokenHash);
  return {
    goesOn: goesOn && isOnward(classification.action),
    classification,
    promotedFrom: wasHalted && after.desired_state === 'running' ? state : null,
  };
}
