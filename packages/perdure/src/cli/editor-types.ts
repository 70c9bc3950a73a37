/**
 * The settings by which editors and the compiler know `perdure` in a project. Two files, since one of them holds paths
 * of this machine: that one lies in the state root, which git ignores, and each clone has its own; the one of the
 * project only names it.
 */

import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createFile, replaceFile } from '@perdure/home';

const fileName = 'tsconfig.json';
const homeName = '.perdure';

/** Writes them anew into a state root: the installation may have moved. */
export function writeMachineTypes(root: string, settings: object): void {
  replaceFile(join(realpathSync(root), fileName), `${JSON.stringify(settings, null, 2)}\n`);
}

const projectSettings = {
  extends: `./${homeName}/${fileName}`,
  include: ['pipelines', 'tools'],
};

/** Where the project has a state root of its own and says nothing about types yet. */
export function writeProjectTypes(project: string, settings: object): void {
  const root = join(project, homeName);
  if (!existsSync(root)) return;
  writeMachineTypes(root, settings);
  createFile(join(realpathSync(project), fileName), `${JSON.stringify(projectSettings, null, 2)}\n`, { mode: 0o644 });
}
