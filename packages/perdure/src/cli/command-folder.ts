/** Where the command of this installation lies, for what calls it later. */

import { join } from 'node:path';
import { foldersUpward } from '@perdure/home';
import { isExecutable } from './on-path.ts';

/** The folder of the command `perdure` of this installation. It lies beside the sources as beside the bundle. */
export function commandFolder(from = import.meta.dirname): string {
  const folders = foldersUpward(from).map((folder) => join(folder, 'bin'));
  return folders.find((folder) => isExecutable(join(folder, 'perdure'))) ?? 'the folder of the command';
}
