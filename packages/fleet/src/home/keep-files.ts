/**
 * Files of a home, kept as they are before something is done to them, and put back: of a home that somebody else made
 * all but these is theirs, and goes on. Links are kept as links, and none is followed.
 */

import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder, replaceFile } from '@perdure/home';

interface Kept {
  readonly path: string;
  readonly isWhole: boolean;
  /** Of its permissions; absent: it was not there. */
  readonly mode?: number;
}

const listName = 'kept.json';

export interface FilesToKeep {
  /** Below the home. */
  readonly paths: readonly string[];
  /** Of which the permissions alone are kept; `.` is the home itself. */
  readonly modes: readonly string[];
}

/** Once, however often it is asked for. */
export function keepFiles(home: string, folder: string, { paths, modes }: FilesToKeep): void {
  if (existsSync(join(folder, listName))) return;
  const copies = join(folder, 'files');
  rmSync(copies, { recursive: true, force: true });
  makeFolder(copies, 0o700);
  const statOf = (path: string) => lstatSync(join(home, path), { throwIfNoEntry: false });
  const whole = [...new Set(paths)].map((path): Kept => {
    const stat = statOf(path);
    if (stat !== undefined) copy(join(home, path), join(copies, path));
    return { path, isWhole: true, ...(stat !== undefined && { mode: stat.mode & 0o777 }) };
  });
  const left = [...new Set(modes)].filter((path) => !paths.includes(path));
  const kept = [
    ...whole,
    ...left.flatMap((path): readonly Kept[] => {
      const stat = statOf(path);
      return stat === undefined ? [] : [{ path, isWhole: false, mode: stat.mode & 0o777 }];
    }),
  ];
  replaceFile(join(folder, listName), JSON.stringify(kept));
}

/** May be repeated. Nothing is done where nothing was kept. */
export function putFilesBack(home: string, folder: string): boolean {
  const kept = keptIn(folder);
  if (kept === undefined) return false;
  for (const { path, isWhole, mode } of kept) {
    const target = join(home, path);
    if (isWhole) rmSync(target, { recursive: true, force: true });
    if (isWhole && mode !== undefined) copy(join(folder, 'files', path), target);
    const stat = lstatSync(target, { throwIfNoEntry: false });
    if (mode !== undefined && stat?.isSymbolicLink() === false) chmodSync(target, mode);
  }
  return true;
}

function keptIn(folder: string): readonly Kept[] | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, listName), 'utf8')) as readonly Kept[];
  } catch {
    return undefined;
  }
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
}
