/**
 * The project a command is about. Apart from its place, since settings are parsed by schemas, for which most commands
 * need not wait.
 */

import { checkDefinitionFolders, loadSettings } from '@perdure/home';
import type { CommonOptions } from './options.ts';
import { findPlace } from './place.ts';
import type { Rim } from './rim.ts';

/**
 * The folder whose `agents/` and `pipelines/` are meant: as set, else the one that holds the state root. @throws
 * PerdureError `home_refused` where somebody else may put code into it
 */
export async function findProjectFolder(rim: Rim, options: CommonOptions): Promise<string> {
  const { paths, project } = findPlace(rim, options);
  const { values } = await loadSettings(paths, { flags: {}, env: rim.env, cwd: rim.cwd });
  const folder = values.project ?? project;
  checkDefinitionFolders(folder);
  return folder;
}
