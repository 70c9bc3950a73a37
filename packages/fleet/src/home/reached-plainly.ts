/** Whether a path in a home leads through folders alone: through a link it would be about somebody else's files. */

import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `path`: below the home. Of what it names itself nothing is said. */
export function isReachedPlainly(home: string, path: string): boolean {
  const folder = dirname(path);
  if (folder === '.') return true;
  const found = lstatSync(join(home, folder), { throwIfNoEntry: false });
  return found?.isDirectory() === true && isReachedPlainly(home, folder);
}
