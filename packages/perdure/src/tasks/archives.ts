/** The folder of archives of a state root, and what commands about them share. */

import { join } from 'node:path';
import { makeFolder } from '@perdure/home';
import type { OpenTasks } from './open-tasks.ts';

/** Beside the readable copies. Made where it is not there. */
export function archiveFolderOf({ place }: Pick<OpenTasks, 'place'>): string {
  const folder = join(place.paths.root, 'tasks', 'archive');
  makeFolder(folder, 0o700);
  return folder;
}
