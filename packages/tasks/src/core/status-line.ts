/**
 * The one line of a task, with bars, byte for byte that of the original: halves are rounded to the even neighbour.
 * Milestones that were dropped are not work any more and do not count.
 */

import { isTaskClosed, type Milestone, type Task } from '@perdure/contract';

const cells = 10;

/** `[###.......]` */
export function bar(percent: number): string {
  const filled = halfToEven(Math.min(Math.max(percent, 0), 100) / cells);
  return `[${'#'.repeat(filled)}${'.'.repeat(cells - filled)}]`;
}

/**
 * `task [#####.....]  50% | proj [###.......]  33% | ms 1/3 | <phase> | <health> | <current milestone> | next: <next step>`
 */
export function statusLine(task: Task): string {
  const milestones = workOf(task);
  const done = milestones.filter(({ status }) => status === 'done').length;
  return [
    `task ${meter(taskPercent(milestones))}`,
    `proj ${meter(projectPercent(milestones))}`,
    `ms ${done}/${milestones.length}`,
    task.phase,
    task.health,
    currentMilestone(milestones)?.title ?? 'none',
    `next: ${task.next_step.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`,
  ].join(' | ');
}

/** The same for people and agents who have not learnt it: words, and nothing that there is nothing to say about. */
export function headLine(task: Task): string {
  const milestones = workOf(task);
  const done = milestones.filter(({ status }) => status === 'done').length;
  const current = currentMilestone(milestones);
  const isOver = isTaskClosed(task.desired_state) || task.next_step.trim() === '';
  return [
    ...(milestones.length === 0
      ? []
      : [`${bar((done * 100) / milestones.length)} milestones ${done}/${milestones.length}`]),
    ...(current === undefined ? [] : [`now ${current.title} ${current.percent}%`]),
    `phase ${task.phase}`,
    `health ${task.health}`,
    ...(isOver ? [] : [`next: ${task.next_step.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`]),
  ].join(' | ');
}

/** The line of a report that is due at once. */
export function immediateLine(task: Task, reason = ''): string {
  return `update${reason === '' ? '' : `:${reason}`} | ${statusLine(task)}`;
}

/** That of the milestone at work; without one, how many are done. */
export function taskPercent(milestones: readonly Milestone[]): number {
  const current = currentMilestone(milestones);
  if (current !== undefined) return current.percent;
  const done = milestones.filter(({ status }) => status === 'done').length;
  return milestones.length === 0 ? 0 : halfToEven((done * 100) / milestones.length);
}

/** The mean of all milestones. */
export function projectPercent(milestones: readonly Milestone[]): number {
  const sum = milestones.reduce((total, { percent }) => total + percent, 0);
  return milestones.length === 0 ? 0 : halfToEven(sum / milestones.length);
}

/** What counts of the plan. */
export function workOf({ milestones }: Pick<Task, 'milestones'>): readonly Milestone[] {
  return milestones.filter(({ status }) => status !== 'dropped');
}

export function currentMilestone(milestones: readonly Milestone[]): Milestone | undefined {
  return milestones.find(({ status }) => status === 'running');
}

function meter(percent: number): string {
  return `${bar(percent)} ${String(percent).padStart(3)}%`;
}

function halfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
