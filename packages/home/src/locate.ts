/** Which folder is the state root, and which is the project. Pure: what exists and where we stand are inputs. */

import { basename, dirname, join, resolve } from 'node:path';

/** Name of a state root that belongs to the folder it lies in. */
const homeName = '.perdure';

export type HomeSource = 'flag' | 'environment' | 'project' | 'user';

export interface HomeLocation {
  readonly root: string;
  readonly source: HomeSource;
  /** The folder whose `agents/` and `pipelines/` come before the shipped ones. */
  readonly project: string;
}

export interface LocateOptions {
  /** Value of `--home`. */
  readonly flag?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly homedir: string;
  readonly exists: (path: string) => boolean;
}

/** `--home`, else `PERDURE_HOME`, else the nearest `.perdure/` upward from `cwd`, else `~/.perdure`. */
export function locateHome(options: LocateOptions): HomeLocation {
  const { flag, env, cwd, homedir, exists } = options;
  const userHome = join(homedir, homeName);
  const nearest = foldersUpward(cwd)
    .map((folder) => join(folder, homeName))
    .find((root) => exists(root));
  // The user's own state root is met on the way up from everywhere below the home folder; that makes no project of the
  // home folder.
  const projectRoot = nearest === userHome ? undefined : nearest;
  const fallbackProject = projectRoot === undefined ? cwd : dirname(projectRoot);

  const at = (path: string, source: HomeSource): HomeLocation => {
    const root = resolve(cwd, path);
    const ownsProject = basename(root) === homeName && root !== userHome;
    return { root, source, project: ownsProject ? dirname(root) : fallbackProject };
  };
  if (flag) return at(flag, 'flag');
  if (env['PERDURE_HOME']) return at(env['PERDURE_HOME'], 'environment');
  if (projectRoot !== undefined) return at(projectRoot, 'project');
  return at(userHome, 'user');
}

/** `folder` and those above it, up to the root. */
export function foldersUpward(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUpward(parent)];
}
