/** Whether a path in a folder leads through folders alone: through a link it would be about somebody else's files. */

import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `path`: below `above`. Of what it names itself nothing is said. */
export function isReachedPlainly(above: string, path: string): boolean {
  const folder = dirname(path);
  if (folder === '.') return true;
  const found = lstatSync(join(above, folder), { throwIfNoEntry: false });
  return found?.isDirectory() === true && isReachedPlainly(above, folder);
}
