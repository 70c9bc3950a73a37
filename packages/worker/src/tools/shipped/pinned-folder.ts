/**
 * Going down into a folder so that nobody can lead us elsewhere. Node cannot open a file relative to an open folder,
 * and whoever checks a path and then uses it goes through every folder twice: in between, one may have become a link to
 * anywhere. The working folder of a process cannot be swapped, though. So this works in a process of its own, which
 * steps down folder by folder:
 *
 * F1 the working folder is inside of the workspace: at first it is the workspace itself.
 * F2 what `lstat` finds under a name in the working folder is its true child, for no link is followed on the way there.
 * F3 a step is taken only if we then stand in that very child (same device, same number). So F1 holds again.
 * F4 everything else is done on bare names in the working folder, and follows no link.
 */

import { chdir } from 'node:process';
import { lstatSync, mkdirSync, type BigIntStats } from 'node:fs';

/** Names from the workspace down; empty for the workspace itself. Refuses a path that says that it leads out. */
export function namesOf(path: string): readonly string[] {
  if (path.includes('\0')) refuse('The path holds a NUL character; leave it out.');
  if (path.startsWith('/')) refuse('The path is absolute; give one relative to the workspace, such as notes/a.md.');
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) refuse('The path holds `..`; give one that leads down from the workspace.');
  return names;
}

/** Makes the folder that `names` lead to the working folder (F1). With `make`, folders that are missing are made. */
export function enterFolder(
  workspace: string,
  names: readonly string[],
  { make = false }: { readonly make?: boolean } = {},
): void {
  chdir(workspace);
  for (const name of names) {
    if (make && lookAt(name) === undefined) makeFolder(name);
    stepInto(name);
  }
}

/** What lies under a bare name in the working folder (F2); undefined if nothing does. A link is refused. */
export function lookAt(name: string): BigIntStats | undefined {
  const stats = lstatSync(name, { bigint: true, throwIfNoEntry: false });
  if (stats?.isSymbolicLink() === true)
    refuse('There is a symbolic link in the path, which is not followed; use the path of the file itself.');
  return stats;
}

/** Ends the request with a sentence for whoever made it. */
export function refuse(message: string): never {
  throw Object.assign(new Error(message), { code: 'REFUSED' });
}

function stepInto(name: string): void {
  const seen = lookAt(name);
  if (seen === undefined) refuse('The path does not exist; `list-files` shows what does.');
  if (!seen.isDirectory()) refuse('A part of the path is a file, not a folder; list the folder above it.');
  chdir(name);
  const here = lstatSync('.', { bigint: true });
  if (here.ino !== seen.ino || here.dev !== seen.dev)
    refuse('The folder was replaced while it was entered; try again when nothing else works there.');
}

function makeFolder(name: string): void {
  try {
    mkdirSync(name, { mode: 0o700 });
  } catch (error) {
    // Another call may have made it in this moment.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
