/** What lies in a home, looked at without following a link. */

import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { entriesBelow, makeFolder, plainTextIn } from '@perdure/home';
import type { FoundEntry } from '../../core/repair.ts';

export function entryAt(path: string): FoundEntry {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { kind: 'absent', mode: 0 };
  const { mode } = found;
  if (found.isFile()) return { kind: 'file', mode };
  if (found.isDirectory()) return { kind: 'folder', mode };
  return { kind: found.isSymbolicLink() ? 'link' : 'other', mode };
}

/** A folder for this account alone. Whatever else has its name is taken away; what a link leads to stays. */
export function ensureFolder(path: string): void {
  if (entryAt(path).kind !== 'folder') rmSync(path, { force: true });
  makeFolder(path, 0o700);
}

/** What has the name of a file and is none is taken away. */
export function clearForFile(path: string): void {
  if (entryAt(path).kind === 'folder') rmSync(path, { recursive: true });
}

export const makePrivate = (folder: string): void => chmodSync(folder, 0o700);

/** Of what is no plain file: nothing of ours is that. */
const noFile = '\0';

/** What the files below a folder hold, by their names in it. Folders alone count for nothing. */
export function filesBelow(folder: string): ReadonlyMap<string, string> {
  if (entryAt(folder).kind !== 'folder') return new Map();
  const files = entriesBelow(folder).filter((entry) => !entry.isDirectory());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path), entry.isFile() ? (plainTextIn(path) ?? noFile) : noFile];
    }),
  );
}
