/** Makes the folders of a state root, for whoever is going to write in it. */

import { accessSync, chmodSync, constants, statSync } from 'node:fs';
import { isPerdureError, PerdureError } from '@perdure/contract';
import { checkRoot, stampRoot } from './check-root.ts';
import { makeFolder } from './folders.ts';
import { homePaths, type HomePaths } from './layout.ts';

/**
 * Makes the folders of a state root, readable by this account alone, and stamps it. A root that is there keeps what is
 * in it. @throws PerdureError `home_refused` for one that is not ours
 */
export function ensureHome(root: string): HomePaths {
  const paths = homePaths(root);
  const verdict = inWords(root, () => checkRoot(root));
  ensureFolder(root);
  inWords(root, () => stampRoot(paths, verdict));
  for (const folder of [paths.engine, paths.logs, paths.run, paths.workspaces, paths.drive]) ensureFolder(folder);
  return paths;
}

function ensureFolder(folder: string): void {
  inWords(folder, () => {
    makeFolder(folder, 0o700);
    const stat = statSync(folder);
    if (!stat.isDirectory()) throw unusable(folder, 'it is a file');
    if ((stat.mode & 0o077) !== 0) chmodSync(folder, 0o700);
    accessSync(folder, constants.W_OK | constants.X_OK);
  });
}

function inWords<T>(folder: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (isPerdureError(error)) throw error;
    throw unusable(folder, reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? String(error), error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'there is a file in its place',
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a part of the path is a file',
  EACCES: 'this account may not write there',
  EPERM: 'it belongs to another account',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

function unusable(folder: string, reason: string, cause?: unknown): PerdureError {
  return new PerdureError(
    'storage_read_only',
    `The state folder ${folder} cannot be used because ${reason}: choose another one with --home or PERDURE_HOME.`,
    { details: { folder }, cause },
  );
}
