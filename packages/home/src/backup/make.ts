/**
 * Makes a backup of a state root that may be in use. It grows beside its place, under a name that no restore takes, and
 * gets its own when everything has reached the disk: whatever dies in between leaves no backup that looks like one.
 *
 * Files are written before the record names them, and removed after it has forgotten them. So they are copied before
 * the record, and what has come meanwhile after it.
 */

import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { entriesBelow } from '../entries-below.ts';
import { replaceFile } from '../files.ts';
import type { HomePaths } from '../layout.ts';
import { processStartTime } from '../process-identity.ts';
import { readStamp } from '../root-stamp.ts';
import { isVaultKey } from '../vault-key.ts';
import { copyFile, measureFile, syncPath } from './copy-file.ts';
import {
  archivesFolder,
  keptFiles,
  keptFolders,
  manifestName,
  recordFile,
  type BackedUpFile,
  type Manifest,
} from './manifest.ts';

export interface BackupRequest {
  readonly paths: HomePaths;
  /** Absolute; nothing is there yet, and the folder above is. */
  readonly into: string;
  readonly withVaultKey: boolean;
  /** Those of agents. */
  readonly withArchives?: boolean;
  /** Copies the record as it is at one moment into a new file. */
  readonly copyRecord: (from: string, into: string) => void;
  readonly version: string;
  /** ISO 8601. */
  readonly now: string;
}

/** @throws PerdureError `conflict`, `not_found`, `usage`, or what the disk says */
export function makeBackup(request: BackupRequest): Manifest {
  const { paths, into } = request;
  checkTarget(paths.root, into);
  removeLeft(into);
  const draft = `${into}${unfinished}${process.pid}`;
  mkdirSync(draft, 0o700);
  try {
    const manifest = fill(draft, request);
    replaceFile(join(draft, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
    for (const folder of foldersIn(draft)) syncPath(folder);
    if (existsSync(into)) throw taken(into);
    renameSync(draft, into);
    syncPath(dirname(into));
    return manifest;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

const unfinished = '.unfinished-';

function fill(draft: string, request: BackupRequest): Manifest {
  const { paths, withVaultKey, withArchives = false, copyRecord, version, now } = request;
  const { root } = paths;
  const folders = [...keptFolders, ...(withArchives ? [archivesFolder] : [])];
  const copied = new Map<string, BackedUpFile>();
  const copy = (path: string): BackedUpFile | undefined => {
    const file = copied.get(path) ?? copyFile(root, draft, path);
    if (file !== undefined) copied.set(path, file);
    return file;
  };
  const copyFolders = () => folders.flatMap((folder) => filesBelow(root, folder)).forEach(copy);
  copyFolders();
  const keys = keysNow(paths);
  copyRecord(paths.database, join(draft, recordFile));
  syncPath(join(draft, recordFile));
  copyFolders();
  keptFiles.forEach(copy);
  if (withVaultKey) copyKeys(keys, { paths, copy });
  const stamp = readStamp(paths);
  return {
    format: 1,
    made_at: now,
    made_by: version,
    origin: { id: stamp?.id ?? '', path: stamp?.path ?? root },
    vault_key: keys.length === 0 ? 'none' : withVaultKey ? 'included' : 'left_out',
    files: [measureFile(draft, recordFile), ...copied.values()],
  };
}

/** The key of the vaults, and one that is about to take its place. */
function keysNow(paths: HomePaths): readonly BackedUpFile[] {
  const names = existsSync(paths.run) ? readdirSync(paths.run).filter((name) => isVaultKey(paths, name)) : [];
  return names.filter((name) => !name.endsWith('.draft')).map((name) => measureFile(paths.root, `run/${name}`));
}

/** `before`: those that were there before the record was copied. One of them opens it, or one that came meanwhile. */
function copyKeys(
  before: readonly BackedUpFile[],
  { paths, copy }: { readonly paths: HomePaths; readonly copy: (path: string) => BackedUpFile | undefined },
): void {
  const after = keysNow(paths).map(({ path }) => copy(path));
  if (before.every(({ path, sha256 }) => after.some((key) => key?.path === path && key.sha256 === sha256))) return;
  throw new PerdureError(
    'conflict',
    'The key of the vaults was changed while the backup was made, so none was made; make it again.',
  );
}

/** Drafts of others are not whole yet, or never will be. */
/** How many archives of agents lie in a state root, and how large they are together. */
export function archivesOf({ root }: Pick<HomePaths, 'root'>): { readonly files: number; readonly bytes: number } {
  const found = filesBelow(root, archivesFolder).map((path) => lstatSync(join(root, path)).size);
  return { files: found.length, bytes: found.reduce((sum, bytes) => sum + bytes, 0) };
}

function filesBelow(root: string, folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return entriesBelow(join(root, folder))
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.draft'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/** With itself. */
function foldersIn(folder: string): readonly string[] {
  const below = entriesBelow(folder).filter((entry) => entry.isDirectory());
  return [folder, ...below.map((entry) => join(entry.parentPath, entry.name))];
}

function checkTarget(root: string, into: string): void {
  if (existsSync(into)) throw taken(into);
  if (!existsSync(dirname(into))) {
    // A disk that is not mounted would be one.
    throw new PerdureError(
      'not_found',
      `There is no folder ${dirname(into)}, so no backup was made; make it, or mount its disk, first.`,
    );
  }
  if (`${realpathSync(dirname(into))}${sep}`.startsWith(`${realpathSync(root)}${sep}`)) {
    throw new PerdureError(
      'usage',
      `${into} lies in the state root that it would be a backup of; name a folder outside of ${root}, best on another disk.`,
    );
  }
}

function taken(into: string): PerdureError {
  return new PerdureError(
    'conflict',
    `There is something at ${into} already, so no backup was made; name a folder that is not there yet.`,
  );
}

/** What a process that was killed has left of a backup to the same place. */
function removeLeft(into: string): void {
  const before = `${basename(into)}${unfinished}`;
  for (const name of readdirSync(dirname(into))) {
    const pid = name.startsWith(before) ? Number(name.slice(before.length)) : Number.NaN;
    const isGone = Number.isSafeInteger(pid) && pid > 0 && (pid === process.pid || processStartTime(pid) === undefined);
    if (isGone) rmSync(join(dirname(into), name), { recursive: true, force: true });
  }
}
