/**
 * The project a command is about. Apart from its place, since settings are parsed by schemas, for which most commands
 * need not wait.
 */

import { loadSettings } from '@perdure/home';
import type { CommonOptions } from './options.ts';
import { findPlace } from './place.ts';
import type { Rim } from './rim.ts';

/** The folder whose `agents/` and `pipelines/` are meant: as set, else the one that holds the state root. */
export async function findProjectFolder(rim: Rim, options: CommonOptions): Promise<string> {
  const { paths, project } = findPlace(rim, options);
  const { values } = await loadSettings(paths, { flags: {}, env: rim.env, cwd: rim.cwd });
  return values.project ?? project;
}
