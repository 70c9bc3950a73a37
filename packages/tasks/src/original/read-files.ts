/** One task from the texts of its files, without touching a disk. */

import { compact, taskIdPattern, type Task } from '@perdure/contract';
import { historyOf, type History } from './history.ts';
import { createLeftovers } from './leftovers.ts';
import { linesOf, parse, readEvents } from './read-log.ts';
import { readTask } from './read-task.ts';
import { recoverFields } from './recover.ts';
import { isObject, toTime, type Fields } from './values.ts';

export interface TaskFiles {
  /** What stands before the endings of the names. */
  readonly stem: string;
  readonly snapshot?: string;
  readonly events?: string;
  readonly progress?: string;
  /** When the newest of them was written. */
  readonly writtenAt: string;
}

export interface OriginalTask {
  readonly task: Task;
  /** The name under which the original kept it. */
  readonly source: string;
  /** A task's log begins anew with its import. */
  readonly history: History;
  /** What was bent, recovered or left over, a sentence each. */
  readonly notes: readonly string[];
}

/** Always a task, however little there is. `takenIds` are those of other tasks. */
export function readTaskFiles(files: TaskFiles, takenIds: ReadonlySet<string>): OriginalTask {
  const { stem, snapshot, progress = '', writtenAt } = files;
  const leftovers = createLeftovers(stem);
  const id = validId(stem, takenIds);
  if (id !== stem) leftovers.note(`The name is no task id of ours or is taken; the task is now \`${id}\`.`);
  const events = readEvents(files.events ?? '', leftovers);
  const lines = linesOf(progress);

  let fields = snapshot === undefined ? undefined : parse(snapshot);
  if (!isObject(fields)) {
    if (snapshot !== undefined) leftovers.keepText('text', snapshot, 'The snapshot is broken');
    const recovered = recoverFields(events);
    leftovers.note(
      recovered === undefined
        ? 'Nothing holds a picture of the task; it is paused until somebody says what it is.'
        : 'It was put together from its last update in the log.',
    );
    fields = recovered ?? fromLines(lines);
  }
  const lastEvent = toTime(events.at(-1)?.['ts'])?.iso;
  const task = readTask(fields as Fields, { id, fallbackTime: lastEvent ?? writtenAt, leftovers });
  const { history, left } = historyOf(events, lines);
  if (left > 0) leftovers.note(`${left} old line(s) of its logs are too many to take along, and stay in their files.`);
  const artifact = leftovers.artifact();
  const artifacts = artifact === undefined ? task.artifacts : [...task.artifacts, artifact];
  return { task: { ...task, artifacts }, source: stem, history, notes: leftovers.notes };
}

function fromLines(lines: readonly string[]): Fields {
  const [, title] = lines.map((line) => /\] task created: (.+)$/.exec(line)).find((match) => match !== null) ?? [];
  return { desired_state: 'paused', ...compact({ title }) };
}

/** The stem itself where it may be, else the nearest name that may. */
function validId(stem: string, taken: ReadonlySet<string>): string {
  const near = taskIdPattern.test(stem)
    ? stem
    : stem
        .toLowerCase()
        .replaceAll(/[^a-z0-9._-]+/g, '-')
        .replace(/^[^a-z0-9]+/, '')
        .slice(0, 63) || 'imported';
  if (!taken.has(near)) return near;
  let number = 2;
  while (taken.has(`${near.slice(0, 50)}-${number}`)) number += 1;
  return `${near.slice(0, 50)}-${number}`;
}
