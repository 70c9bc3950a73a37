/**
 * Whose code a project holds. Its agents, pipelines and tools are loaded and run, so their folders belong to this
 * account, or to the one that may do everything anyway, and nobody else may add to them. As git has it, a group may: it
 * is how projects are shared.
 */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { ownAccount } from './check-root.ts';

const writableByAnybody = 0o002;

export interface FolderOwner {
  readonly path: string;
  readonly owner: number;
  readonly mode: number;
}

/** Why code in this folder is not run, as a part of a sentence; undefined where it may be. Pure. */
export function distrustOf({ owner, mode }: FolderOwner, account: number, holdsCode: boolean): string | undefined {
  if (owner !== account && owner !== 0) return `belongs to another account (user ${owner}; this is user ${account})`;
  return holdsCode && (mode & writableByAnybody) !== 0 ? 'may be written by every account' : undefined;
}

/** @throws PerdureError `home_refused` before anything in them is read */
export function checkDefinitionFolders(project: string): void {
  const account = ownAccount();
  for (const path of [project, ...['agents', 'pipelines', 'tools'].map((name) => join(project, name))]) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const why = distrustOf({ path, owner: stat.uid, mode: stat.mode }, account, path !== project);
    if (why === undefined) continue;
    throw new PerdureError(
      'home_refused',
      `${path} ${why}, so no agent, pipeline or tool of this project was loaded: work in a copy of your own, or choose another project with --home or PERDURE_HOME.`,
      { details: { path } },
    );
  }
}
