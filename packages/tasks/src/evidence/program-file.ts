/** Which file the first word of a command is: a program that goes by another's name is then seen for what it is. */

import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import type { Environment } from './secrets.ts';

/** Undefined where there is none, as of a program that is gone by now. */
export function programFile(
  program: string,
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): string | undefined {
  const folders = program.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter);
  const candidates = folders.map((folder) => resolve(cwd, folder, program));
  const found = candidates.find(isExecutable);
  return found === undefined ? undefined : realpathSync(found);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
