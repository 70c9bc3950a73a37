/** What a task is missing for completion, with the commands that close it. Pure. */

import type { Task } from '@perdure/contract';
import type { GateGap } from '@perdure/tasks';
import { shellWord } from '../text/format.ts';

/** A gap with the command that closes it. */
export interface Fix {
  readonly gap: GateGap;
  readonly command: string;
  /** Who is to type it: the agent at work does not call itself a person, nor another. */
  readonly by: 'agent' | 'person' | 'another agent';
}

export function fixes(task: Task, gaps: readonly GateGap[], homeFlag: string): readonly Fix[] {
  return gaps.map((gap) => {
    const command = `perdure task ${fixOf(task, gap, homeFlag)}`;
    const isWord = command.includes(' --attest ');
    const by =
      !isWord || task.acceptance === 'auto' ? 'agent' : task.acceptance === 'human' ? 'person' : 'another agent';
    return { gap, command, by };
  });
}

function fixOf(task: Task, gap: GateGap, homeFlag: string): string {
  switch (gap.kind) {
    case 'criterion':
      return criterionFix(task, gap, homeFlag);
    case 'milestone':
      return `milestone ${task.task_id} ${shellWord(gap.id)} --status done${homeFlag}`;
    case 'lane':
      return `lane decide ${task.task_id} ${shellWord(gap.id)} <decision>${homeFlag}`;
    case 'action':
      return `action resolve ${task.task_id} ${shellWord(gap.id)} --outcome <success|failed> --how "…"${homeFlag}`;
    case 'control':
      return `boundary ${task.task_id}${homeFlag}`;
    case 'no_criteria':
      return `update ${task.task_id} --latest --criterion "…"${homeFlag}`;
    default:
      gap satisfies never;
      return `show ${task.task_id}${homeFlag}`;
  }
}

function criterionFix(task: Task, { criterion, problem }: Extract<GateGap, { kind: 'criterion' }>, homeFlag: string) {
  const base = `verify ${task.task_id} --criterion ${criterion}${homeFlag}`;
  // The lease of a shell would make it the agent's word.
  const says =
    task.acceptance === 'human'
      ? ' --holder owner --lease ""'
      : task.acceptance === 'auto'
        ? ''
        : ' --holder <another>';
  const needsWord = problem === 'word_void' || (problem === 'not_accepted' && task.acceptance !== 'auto');
  const isWordEnough = problem === 'no_evidence' && task.acceptance === 'human';
  if (problem === 'failed_before' || needsWord || isWordEnough) return `${base} --attest "…"${says}`;
  if (problem === 'void') return `complete ${task.task_id} --reverify${homeFlag}`;
  if (problem === 'uncompared') return `show ${task.task_id}${homeFlag}`;
  return `${base} -- <command>`;
}
