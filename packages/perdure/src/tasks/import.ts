/** `perdure task import`: takes in files of the original format. */

import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { importTasks } from '@perdure/tasks';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { oneLine, printable } from '../text/format.ts';
import { openTasks } from './open-tasks.ts';
import { inPlace } from './refusal.ts';
import type { WriteOptions } from './write-flags.ts';
import { writerOf } from './writer.ts';

export async function importFolder(
  rim: Rim,
  folder: string,
  options: WriteOptions & { readonly force?: boolean },
): Promise<number> {
  if (folder.trim() === '')
    throw new PerdureError('usage', 'The folder has no name; name the one that holds the files.');
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
      ...refused.map(({ message }) => `- not imported: ${printable(message)}`),
      ...report.map(({ file, message }) => `- ${oneLine(printable(file), 200)}: ${oneLine(printable(message), 500)}`),
    ].join('\n'),
  );
  return refused.length === 0 ? 0 : 1;
}

function isSameFolder(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
}
