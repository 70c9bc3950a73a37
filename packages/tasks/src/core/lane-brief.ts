/**
 * What a worker is told: how to return, with the headers and items of the original, and what it needs to do its line
 * and no other. A worker that knows the original finds all of it where it was there.
 */

import { goalStatuses, laneTags, nextRoles, type Lane, type Task } from '@perdure/contract';
import type { LaneReturn } from './commands.ts';
import { longestBody, returnItems } from './lane-return.ts';

const none = 'n/a';

/** How a worker hands in what it returns. `shell`: by our command; `in a message`: in the hub, where they are short. */
export type HandIn = 'shell' | 'as your answer' | 'in a message';

/** A message has room for the headers besides. */
const longestInMessage = 6_000;

export type BriefedLane = Pick<
  Lane,
  'line' | 'node' | 'goal' | 'summary' | 'scope' | 'write_targets' | 'coordination' | 'deadline'
>;

export function laneBrief(task: Task, lane: BriefedLane, handIn: HandIn = 'shell'): string {
  const { task_id: id } = task;
  const sections: readonly (readonly [heading: string, text: string])[] = [
    ['Worker goal', lane.goal],
    ['Task title', task.title],
    ['Task phase', task.phase],
    ['Line summary', lane.summary],
    ['Current next step from controller', task.next_step],
    ['Scope', lane.scope],
    ['Write targets', list(lane.write_targets.map((path) => (path === '' ? 'the whole project' : path)))],
    ...optional('Coordination', lane.coordination),
    ['Constraints', list(task.constraints)],
    ...optional('Project folder', task.project),
    ...optional('Deadline', lane.deadline ?? ''),
  ];
  return [
    'You work on one line of a larger task, and on nothing else. Write only to the write targets. You hold no lease and decide nothing about the task: whoever gave you this line does.',
    `Begin what you return with exactly these headers, then a blank line:\n${returnForm({ ...lane, task_id: id })}`,
    ...sections.map(([heading, text]) => `${heading}:\n${text.trim() === '' ? none : text.trim()}`),
    `Then a short body, at most ${handIn === 'in a message' ? longestInMessage : longestBody} characters, with these items in this order:\n${returnItems.map((item, index) => `${index + 1}. ${item}`).join('\n')}`,
    'What you say was sent, published, deployed or otherwise delivered outside needs its proof on the same line: the target, the id of the message or object, and where a person can see it. Without that it counts as not done.',
    `${handInText(id, handIn)} The same text twice does no harm; after the deadline, or for another node, it is kept apart and not applied.`,
  ].join('\n\n');
}

function handInText(id: string, handIn: HandIn): string {
  if (handIn !== 'shell') return 'Give it back as your answer, and nothing else with it.';
  return `Hand it in with \`perdure task lane ingest ${id} <file>\`, or - for stdin.`;
}

/** The headers of a return, with what there is to choose from. */
export function returnForm({ task_id: id, line, node }: Pick<LaneReturn, 'task_id' | 'line' | 'node'>): string {
  return [
    `tag: ${laneTags.join(' | ')}`,
    `task_id: ${id}`,
    `line: ${line}`,
    `node: ${node}`,
    `goal_status: ${goalStatuses.join(' | ')}`,
    `next_role: ${nextRoles.join(' | ')}`,
  ].join('\n');
}

function optional(heading: string, text: string): readonly (readonly [string, string])[] {
  return text === '' ? [] : [[heading, text]];
}

function list(texts: readonly string[]): string {
  return texts.map((text) => `- ${text}`).join('\n');
}
