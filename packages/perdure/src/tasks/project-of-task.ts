/** Which project a new task belongs to, for every way to make one. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { foldersUpward } from '@perdure/home';
import type { Place } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';

/** The project of the state root, else the work tree, else the working folder; empty: the home folder is no project. */
export function projectOfTask({ cwd, homedir }: Pick<Rim, 'cwd' | 'homedir'>, place: Place): string {
  if (place.project !== cwd) return place.project;
  const tree = foldersUpward(cwd).find((folder) => existsSync(join(folder, '.git')));
  const project = tree ?? place.project;
  return project === homedir ? '' : project;
}
