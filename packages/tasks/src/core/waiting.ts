/** What has been said to a task and waits: controls for the next boundary, and words for whoever works. */

import type { Control, ControlIntent, Task } from '@perdure/contract';
import { refuse } from './answers.ts';
import type { Refusal } from './ports.ts';
import { keptWords, stands, untold } from './steering.ts';

/** More than this is no steering any more: a program in a loop, or an agent that never passes a boundary. */
const mostWaiting = 200;

/** So many words that stand can be told at every boundary; more would be read by nobody. */
const mostStanding = 50;
const mostStandingCharacters = 50_000;

/** What whoever works has not heard yet, whether it waits for a boundary or has taken effect. */
export function waitingControls(task: Task): readonly Control[] {
  return [...task.inbox, ...untold(task)];
}

/** One more would be too many. What takes effect at once and leaves no words to tell always comes through. */
export function tooManyWait(task: Task): Refusal | undefined {
  if (waitingControls(task).length < mostWaiting) return undefined;
  const message = `${mostWaiting} controls of task ${task.task_id} wait already, for nobody has passed a boundary to hear them; pause or stop it at once, or wait until somebody works on it.`;
  return refuse('conflict', message, { waiting: mostWaiting });
}

/** One more that stands would be too many to be told again and again; none of them goes by itself. */
export function tooManyStand(
  task: Task,
  { intent, message }: Pick<Control, 'intent' | 'message'>,
): Refusal | undefined {
  if (!stands(intent)) return undefined;
  const standing = keptWords(task).filter((one) => stands(one.intent));
  const characters = standing.reduce((sum, one) => sum + one.message.length, message.length);
  const hasRoom = standing.length < mostStanding && characters <= mostStandingCharacters;
  if (hasRoom || standing.length === 0) return undefined;
  const id = task.task_id;
  const refusal = `${standing.length} words stand for task ${id} already, and are told at every boundary; take back what counts no longer with \`perdure task steer ${id} --withdraw <number>\`, numbered as in \`perdure task show ${id}\`.`;
  return refuse('conflict', refusal, { standing: standing.length, characters });
}

/** What waits asks for a halt, and nothing behind it takes that back. */
export function haltWaits({ inbox }: Task): boolean {
  const last = inbox.findLast(({ intent }) => changesState(intent));
  return last !== undefined && last.intent !== 'resume';
}

export function changesState(intent: ControlIntent): intent is 'pause' | 'stop' | 'resume' {
  return intent === 'pause' || intent === 'stop' || intent === 'resume';
}
