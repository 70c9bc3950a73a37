/**
 * Which task "continue" means when none is named: the project of the working folder first, then the state, then the
 * recency of real work. Closed ones never. A task somebody is at work on keeps its rank: an agent that lost its memory
 * a minute ago means just that one.
 */

import type { Task } from '@perdure/contract';
import { defaultMaxAgeMs, displayState } from './classify.ts';

export interface SelectOptions {
  /** Absolute path of the working folder, or of a folder above it. */
  readonly project: string;
  readonly now: number;
  readonly maxAgeMs?: number;
}

export interface RankedTask {
  readonly task: Task;
  readonly score: number;
  /** One sentence. */
  readonly why: string;
  /** It belongs to a project, and not to this one. */
  readonly isElsewhere: boolean;
  /** Recent enough to be resumed without a person. */
  readonly isRecent: boolean;
}

/** Best first: the first is meant, the others are the runners-up. */
export function selectTask(tasks: readonly Task[], options: SelectOptions): readonly RankedTask[] {
  return tasks
    .filter(({ desired_state }) => stateScores[desired_state] > 0)
    .map((task) => rank(task, options))
    .toSorted(
      (a, b) =>
        b.score - a.score || compare(b.task.worked_at, a.task.worked_at) || compare(a.task.task_id, b.task.task_id),
    );
}

/** 0: never meant. */
const stateScores = {
  running: 400,
  paused: 300,
  stopped: 100,
  completed: 0,
  failed: 0,
} as const satisfies Record<Task['desired_state'], number>;
const projectScore = 1_000;

function rank(task: Task, { project, now, maxAgeMs = defaultMaxAgeMs }: SelectOptions): RankedTask {
  const isHere = task.project !== '' && (project === task.project || project.startsWith(`${task.project}/`));
  const where = isHere ? 'of this project' : task.project === '' ? 'of no project' : 'of another project';
  return {
    task,
    score: (isHere ? projectScore : 0) + stateScores[task.desired_state],
    why: `It is ${where}, ${displayState(task, now)}, and was last worked on at ${task.worked_at}.`,
    isElsewhere: !isHere && task.project !== '',
    isRecent: now - Date.parse(task.worked_at) <= maxAgeMs,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
