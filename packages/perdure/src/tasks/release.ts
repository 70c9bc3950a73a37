/** `perdure task release`: lets go of the lease, so that the next can begin at once. */

import type { TaskCommand } from '@perdure/tasks';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, writeOrThrow } from './open-tasks.ts';
import { parseLine } from './parse.ts';
import type { WriteOptions } from './write-flags.ts';

export interface ReleaseOptions extends WriteOptions {
  /** A person's reason to end the lease of another. */
  readonly break?: string;
}

export async function releaseTask(rim: Rim, id: string, options: ReleaseOptions): Promise<number> {
  const { break: reason } = options;
  const command: TaskCommand =
    reason === undefined
      ? { type: 'release_lease' }
      : { type: 'break_lease', reason: parseLine(reason, '--break', 500) };
  using tasks = await openTasks(rim, options);
  const { events, task } = await writeOrThrow(rim, tasks, { id, command, options });
  const released = events.some(({ type }) => type === 'lease_released' || type === 'lease_broken');
  printData(rim, options, { task_id: id, released, revision: task.revision }, () =>
    released
      ? `Released. Whoever is told to go on does so with: perdure task continue ${id}${tasks.place.homeFlag}`
      : 'There was no lease to release.',
  );
  return 0;
}
