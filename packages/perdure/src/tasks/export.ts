/** `perdure task export`: writes a task as files of the original format, and over none that is there. */

import { join, resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { exportTask } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { refuseExisting, writeNewFile } from '../cli/write-new-file.ts';
import { openTasks } from './open-tasks.ts';
import { parseTaskId } from './parse.ts';
import { orThrow } from './refusal.ts';

export async function exportOne(rim: Rim, id: string, options: CommonOptions & { readonly folder: string }) {
  using tasks = await openTasks(rim, options);
  const { files: texts } = orThrow(tasks, await exportTask(tasks, parseTaskId(id)));
  if (options.folder.trim() === '')
    throw new PerdureError('usage', 'The folder has no name; name the one to write to.');
  const folder = resolve(rim.cwd, options.folder);
  const named = [
    [`${id}.json`, texts.snapshot],
    [`${id}.events.jsonl`, texts.events],
    [`${id}.progress.log`, texts.progress],
  ] as const;
  for (const [name] of named) refuseExisting(join(folder, name));
  for (const [name, text] of named) writeNewFile(join(folder, name), text);
  const files = named.map(([name]) => join(folder, name));
  printData(rim, options, { task_id: id, files }, () => files.join('\n'));
  return 0;
}
