/** `perdure task rebuild`, `import` and `export`: the log as proof of the snapshot, and the files of the original format. */

import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { exportOriginal, readOriginal, type TaskEvent } from '@perdure/tasks';
import type { CommonOptions } from '../../cli/options.ts';
import type { Rim } from '../../cli/rim.ts';
import { writeNewFile } from '../../cli/write-new-file.ts';
import { inPlace, isRefusal, mirrored, openDesk, orThrow, readTask, type Desk } from '../desk.ts';
import type { WriteOptions } from '../options.ts';
import { answer } from '../output.ts';
import { parseTaskId } from '../parse.ts';
import { contextOf } from '../who.ts';

export interface RebuildOptions extends CommonOptions {
  readonly all?: boolean;
  readonly repair?: boolean;
}

export async function rebuildTasks(rim: Rim, id: string | undefined, options: RebuildOptions): Promise<number> {
  if ((id === undefined) === (options.all !== true)) {
    throw new PerdureError('usage', 'Name a task, or say --all, not both.');
  }
  const repair = options.repair === true;
  using desk = await openDesk(rim, options);
  const ids = id === undefined ? await desk.store.ids() : [parseTaskId(id)];
  const differing: { task_id: string; differences: readonly string[] }[] = [];
  for (const taskId of ids) {
    const rebuilt = await desk.store.rebuild(taskId, { repair });
    if (rebuilt === undefined) await readTask(desk, taskId);
    else if (rebuilt.differences.length > 0) differing.push({ task_id: taskId, differences: rebuilt.differences });
  }
  answer(rim, options, { checked: ids.length, repaired: repair, differing }, () =>
    [
      `${ids.length} checked, ${differing.length} differ from their logs${repair && differing.length > 0 ? ' and were repaired' : ''}.`,
      ...differing.map(({ task_id, differences }) => `- ${task_id}: ${differences.join(', ')}`),
    ].join('\n'),
  );
  return differing.length === 0 || repair ? 0 : 1;
}

/** Each task on its own: one that cannot be taken is reported, and the others are. */
export async function importTasks(
  rim: Rim,
  folder: string,
  options: WriteOptions & { readonly force?: boolean },
): Promise<number> {
  const from = resolve(rim.cwd, folder);
  using desk = await openDesk(rim, options);
  const copies = join(desk.place.paths.root, 'tasks');
  if (isSameFolder(from, copies)) {
    const message = `${from} holds the readable copies of the tasks that are here already; name a folder of another place.`;
    throw new PerdureError('invalid_input', message);
  }
  const found = await readOriginal(from);
  const imported: string[] = [];
  const refused: { task_id: string; message: string }[] = [];
  for (const { task, history } of found.tasks) {
    const context = contextOf(rim, options);
    const outcome = await desk.store.import(task, { from, history, context, replace: options.force === true });
    if (isRefusal(outcome)) {
      refused.push({ task_id: task.task_id, message: inPlace(desk, outcome.message) });
      continue;
    }
    await mirrored(rim, desk, { written: orThrow(desk, outcome), options });
    imported.push(task.task_id);
  }
  // Ids of another queue may be those of ours.
  for (const item of found.queue) await desk.store.resumeQueue.add({ ...item, id: randomUUID() });
  const data = { imported, refused, queued: found.queue.length, report: found.report };
  answer(rim, options, data, () =>
    [
      `Imported ${imported.length} task(s) and ${found.queue.length} hand-over(s).`,
      ...refused.map(({ message }) => `- not imported: ${message}`),
      ...found.report.map(({ file, message }) => `- ${file}: ${message}`),
    ].join('\n'),
  );
  return refused.length === 0 ? 0 : 1;
}

function isSameFolder(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
}

export async function exportTask(rim: Rim, id: string, options: CommonOptions & { readonly folder: string }) {
  using desk = await openDesk(rim, options);
  const task = await readTask(desk, id);
  const { snapshot, events, progress } = exportOriginal(task, await allEvents(desk, id));
  const folder = resolve(rim.cwd, options.folder);
  const texts = { [`${id}.json`]: snapshot, [`${id}.events.jsonl`]: events, [`${id}.progress.log`]: progress };
  const files = Object.keys(texts).map((name) => join(folder, name));
  for (const [name, text] of Object.entries(texts)) writeNewFile(join(folder, name), text);
  answer(rim, options, { task_id: id, files }, () => files.join('\n'));
  return 0;
}

async function allEvents({ store }: Desk, id: string): Promise<readonly TaskEvent[]> {
  const all: TaskEvent[] = [];
  for (;;) {
    const page = await store.events(id, { after: all.at(-1)?.seq ?? 0, limit: 1000 });
    if (page.length === 0) return all;
    all.push(...page);
  }
}
