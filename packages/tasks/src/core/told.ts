/** What whoever called is told, from the task after and what happened. */

import type { Task } from '@perdure/contract';
import { classify } from './classify.ts';
import type { Classification, ClassifyOptions } from './classify.ts';
import type { TaskEventBody } from './events.ts';
import { holdsLease } from './lease.ts';

/** Between two slices of work. */
export interface BoundaryAnswer {
  readonly answer: 'go_on' | 'pause' | 'stop';
  /**
   * What to heed from now on, oldest first: the controls of this boundary, else the note that stands. It is told at every boundary until
   * another replaces it, for the agent may have lost its memory in between.
   */
  readonly steering: readonly string[];
  /** Why to pause or stop; empty if nobody said. */
  readonly note: string;
}

export function boundaryAnswer(after: Task, events: readonly TaskEventBody[]): BoundaryAnswer {
  const applied = events.flatMap((event) => (event.type === 'user_control_applied' ? [event.data.control] : []));
  const told = applied.filter(({ intent, message }) => intent !== 'pause' && intent !== 'stop' && message !== '');
  const standing = after.steering_note === '' ? [] : [after.steering_note];
  const steering = told.length > 0 ? told.map(({ message }) => message) : standing;
  const answer = answers[after.desired_state];
  return { answer, steering, note: answer === 'go_on' ? '' : after.operator_note };
}

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
  options: Omit<ClassifyOptions, 'confirmed'> & { readonly tokenHash: string },
): ContinueAnswer {
  const { desired_state: state } = before;
  const wasHalted = state === 'paused' || state === 'stopped';
  // A pause or stop that waited is the newer word: it is reported as what it is, not as something to continue.
  const confirmed = after.desired_state === 'running' || after.desired_state === state;
  const classification = classify(after, { ...options, confirmed });
  const goesOn = after.desired_state === 'running' && holdsLease(after, options.tokenHash);
  return {
    goesOn: goesOn && classification.action === 'resume_main_flow',
    classification,
    promotedFrom: wasHalted && after.desired_state === 'running' ? state : null,
  };
}
