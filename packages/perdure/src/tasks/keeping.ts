/**
 * `perdure task rebuild`, `import` and `export`: the log as proof of the snapshot, and the files of the original
 * format.
 */

import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { exportTask, importTasks, rebuildTasks } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { writeNewFile } from '../cli/write-new-file.ts';
import { openTasks } from './open-tasks.ts';
import type { WriteOptions } from './write-flags.ts';
import { printData } from '../cli/output.ts';
import { parseTaskId } from './parse.ts';
import { inPlace, orThrow } from './refusal.ts';
import { writerOf } from './writer.ts';

export interface RebuildOptions extends CommonOptions {
  readonly all?: boolean;
  readonly repair?: boolean;
}

export async function rebuild(rim: Rim, id: string | undefined, options: RebuildOptions): Promise<number> {
  if ((id === undefined) === (options.all !== true)) {
    throw new PerdureError('usage', 'Name a task, or say --all, not both.');
  }
  const repair = options.repair === true;
  using tasks = await openTasks(rim, options);
  const request = { tasks: id === undefined ? ('all' as const) : { id: parseTaskId(id) }, repair };
  const { checked, differing } = orThrow(tasks, await rebuildTasks(tasks, request));
  printData(rim, options, { checked, repaired: repair, differing }, () =>
    [
      `${checked} checked, ${differing.length} differ from their logs${repair && differing.length > 0 ? ' and were repaired' : ''}.`,
      ...differing.map(({ task_id, differences }) => `- ${task_id}: ${differences.join(', ')}`),
    ].join('\n'),
  );
  return differing.length === 0 || repair ? 0 : 1;
}

export async function importFolder(
  rim: Rim,
  folder: string,
  options: WriteOptions & { readonly force?: boolean },
): Promise<number> {
  const from = resolve(rim.cwd, folder);
  using tasks = await openTasks(rim, options);
  const copies = join(tasks.place.paths.root, 'tasks');
  if (isSameFolder(from, copies)) {
    const message = `${from} holds the readable copies of the tasks that are here already; name a folder of another place.`;
    throw new PerdureError('invalid_input', message);
  }
  const request = { folder: from, replace: options.force === true };
  const outcome = await importTasks(tasks, writerOf(rim, options), request);
  const { imported, queued, report } = outcome;
  const refused = outcome.refused.map((one) => ({ ...one, message: inPlace(tasks.place, one.message) }));
  printData(rim, options, { imported, refused, queued, report }, () =>
    [
      `Imported ${imported.length} task(s) and ${queued} hand-over(s).`,
      ...refused.map(({ message }) => `- not imported: ${message}`),
      ...report.map(({ file, message }) => `- ${file}: ${message}`),
    ].join('\n'),
  );
  return refused.length === 0 ? 0 : 1;
}

function isSameFolder(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
}

export async function exportOne(rim: Rim, id: string, options: CommonOptions & { readonly folder: string }) {
  using tasks = await openTasks(rim, options);
  const { files: texts } = orThrow(tasks, await exportTask(tasks, parseTaskId(id)));
  const folder = resolve(rim.cwd, options.folder);
  const named = [
    [`${id}.json`, texts.snapshot],
    [`${id}.events.jsonl`, texts.events],
    [`${id}.progress.log`, texts.progress],
  ] as const;
  for (const [name, text] of named) writeNewFile(join(folder, name), text);
  const files = named.map(([name]) => join(folder, name));
  printData(rim, options, { task_id: id, files }, () => files.join('\n'));
  return 0;
}
