/** Whether a command can be called by its name. */

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Rim } from '../cli/rim.ts';

/** `npx` puts folders of its own before PATH, which are gone when it has ended. */
export function isOnPath(command: string, env: Rim['env']): boolean {
  const isNpx = env['npm_command'] === 'exec';
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !(isNpx && folder.endsWith('node_modules/.bin')))
    .some((folder) => isExecutable(join(folder, command)));
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
