/**
 * `perdure task list --archived`: tasks that gave their id to another, which are in the record still, and then those
 * that lie in files. A cursor of the second kind is the name of a file.
 */

import { compact } from '@perdure/contract';
import { taskSummary, type ArchiveEntry } from '@perdure/tasks';
import { printLines, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { formatDuration, oneLine } from '../text/format.ts';
import { formatList } from '../text/table.ts';
import { columnsOf } from '../text/width.ts';
import type { ListOptions } from './list-options.ts';
import type { OpenTasks } from './open-tasks.ts';

interface Row {
  readonly summary: Readonly<Record<string, unknown>>;
  readonly cells: readonly string[];
}

interface Page {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

export async function listArchived(rim: Rim, tasks: OpenTasks, options: ListOptions): Promise<number> {
  const rows: Row[] = [];
  let { cursor } = options;
  for (;;) {
    const page = await readPage(rim, tasks, { ...options, ...compact({ cursor }) });
    rows.push(...page.rows);
    cursor = page.next;
    if (options.all !== true || cursor === undefined) break;
  }
  if (options.json === true) {
    printLines(
      rim,
      rows.map(({ summary }) => summary),
      cursor,
    );
    return 0;
  }
  const headings = ['ID', 'STATE', 'CLOSED', 'KEPT IN', 'TITLE'];
  const columns = columnsOf(rim.env, rim.stdout);
  const cells = rows.map((row) => row.cells);
  rim.stdout.write(`${formatList(headings, cells, { empty: 'No archived tasks.', columns, spare: [2, 3] })}\n`);
  if (cursor !== undefined) say(rim, `More: the same with --cursor ${cursor}`);
  return 0;
}

const inFiles = /\.jsonl$/;

/** A page of the first kind is filled with the second, so that none looks empty before the end. */
async function readPage(rim: Rim, tasks: OpenTasks, options: ListOptions): Promise<Page> {
  const { cursor, limit } = options;
  if (cursor !== undefined && inFiles.test(cursor)) return await filesPage(rim, tasks, { after: cursor, limit });
  const onUnreadable = ({ message }: Error) => tasks.warn(message);
  const page = await tasks.store.list({ archived: true }, { limit, onUnreadable, ...compact({ cursor }) });
  const rows = page.data.map((task): Row => {
    const cells = [task.task_id, task.desired_state, '', 'the record', oneLine(task.title, 60)];
    return { summary: { ...taskSummary(task, rim.now()) }, cells };
  });
  if (page.next !== undefined) return { rows, next: page.next };
  // At least one, so that a page that is full already says whether there are any.
  const files = await filesPage(rim, tasks, { limit: Math.max(1, limit - rows.length) });
  return { rows: [...rows, ...files.rows], next: files.next };
}

async function filesPage(
  rim: Rim,
  { store }: OpenTasks,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<Page> {
  const entries = await store.archives.list({ limit: limit + 1, ...compact({ after }) });
  const page = entries.slice(0, limit);
  return { rows: page.map((entry) => rowOf(rim, entry)), next: entries.length > limit ? page.at(-1)?.file : undefined };
}

function rowOf(rim: Rim, { taskId, title, project, state, closedAt, archivedAt, file, events }: ArchiveEntry): Row {
  const times = { closed_at: new Date(closedAt).toISOString(), archived_at: new Date(archivedAt).toISOString() };
  const age = `${formatDuration(Math.max(0, rim.now() - closedAt))} ago`;
  return {
    summary: { task_id: taskId, title, desired_state: state, project, ...times, file, events },
    cells: [taskId, state, age, file, oneLine(title, 60)],
  };
}
