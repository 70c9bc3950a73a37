/**
 * A change of a task or of a part of it, written and told. Changes are written on the newest revision, for each names
 * what it sets and the lease keeps others away.
 */

import { taskView, type TaskCommand } from '@perdure/tasks';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, writeOrThrow } from './open-tasks.ts';
import type { WriteOptions } from './write-flags.ts';

export interface Change {
  readonly id: string;
  readonly command: TaskCommand;
  readonly options: WriteOptions;
  readonly said: string;
}

export async function change(rim: Rim, { id, command, options, said }: Change): Promise<number> {
  using tasks = await openTasks(rim, options);
  const { task, events } = await writeOrThrow(rim, tasks, { id, command, options });
  const end = events.length === 0 ? 'nothing had to change' : `revision ${task.revision}`;
  printData(rim, options, taskView(task, rim.now()), () => `${said}: ${end}.`);
  return 0;
}
