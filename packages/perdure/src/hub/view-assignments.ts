/** Tasks of the hub as text. Whatever others have written is made harmless. Pure. */

import type { HubActivity, HubTask } from '@perdure/contract';
import { printable, shortIds } from '../text/format.ts';
import { formatList } from '../text/table.ts';

export function assignmentList(tasks: readonly HubTask[], columns: number | undefined): string {
  const ids = shortIds(tasks.map(({ id }) => id));
  const rows = tasks.map(({ title, status, creator, assignee, createdAt }, at) => [
    ids[at] ?? '',
    status,
    assignee?.handle ?? '-',
    creator.handle,
    createdAt.slice(0, 10),
    printable(title),
  ]);
  const empty = 'No tasks; make one with `perdure assignments create <title> --to <handle>`.';
  return formatList(['ID', 'STATUS', 'TO', 'FROM', 'SINCE', 'TITLE'], rows, { empty, columns, spare: [4, 3] });
}

interface Whole {
  readonly task: HubTask;
  readonly activity: readonly HubActivity[];
}

const secretWords = {
  none: '',
  referenced: ' (secrets as references; --secrets gives them to who may have them)',
  given: ' (with their secrets)',
  removed: ' (their secrets are gone)',
} as const;

export function assignmentText({ task, activity }: Whole): string {
  const { id, title, status, creator, assignee, context, durable } = task;
  const to = assignee === undefined ? 'nobody' : assignee.handle;
  const state = durable?.statusLine === '' ? durable.state : `${durable?.state}: ${durable?.statusLine}`;
  const sections = [
    `# ${printable(title)} (${id}, ${status})\nFrom ${creator.handle}, to ${to}`,
    durable === undefined ? '' : `Carried out by the durable task ${durable.taskId}, ${printable(state)}`,
    context.notes === '' ? '' : `## Notes${secretWords[context.secrets]}\n${printable(context.notes)}`,
    activity.length === 0 ? '' : `## Activity\n${activity.map(activityLine).join('\n')}`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function activityLine({ seq, createdAt, author, type, message }: HubActivity): string {
  const at = createdAt.slice(0, 16).replace('T', ' ');
  const [first = '', ...rest] = printable(message).split('\n');
  return [`${seq}  ${at}  ${author.handle}  ${type}: ${first}`, ...rest.map((line) => `   ${line}`)].join('\n');
}
