/**
 * Makes a state root of a backup, beside its place, and gives it its place when it is whole and has reached the disk.
 * Like one that came from elsewhere it has an id and a key of its own, and its stamp owes to the next start that
 * everything unfinished is held: since the backup it may have been done.
 */

import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { lookAtRoot, whatIsHere } from '../check-root.ts';
import { makeFolder } from '../folders.ts';
import { homePaths } from '../layout.ts';
import { writeStamp } from '../root-stamp.ts';
import { copyFile, syncPath } from './copy-file.ts';
import { readManifest, recordFile, type BackedUpFile, type Manifest } from './manifest.ts';

export interface RestoreRequest {
  /** The backup. */
  readonly from: string;
  /** The state root that is made. Absolute. */
  readonly root: string;
  /** Looks through the record, and brings it up to this version. @throws where it cannot be used */
  readonly checkRecord: (path: string) => Promise<unknown>;
}

/** @throws PerdureError; then nothing was made */
export async function restoreBackup({ from, root, checkRecord }: RestoreRequest): Promise<Manifest> {
  const manifest = readManifest(from);
  const emptied = placeFor(root);
  makeFolder(dirname(root));
  const place = join(realpathSync(dirname(root)), basename(root));
  const draft = `${place}.restoring-${randomUUID()}`;
  mkdirSync(draft, 0o700);
  try {
    for (const file of manifest.files) restoreFile(from, draft, file);
    await checkRecord(join(draft, recordFile));
    for (const name of emptied) copyFile(place, draft, name);
    writeStamp(homePaths(draft), { id: randomUUID(), ...whatIsHere(draft), path: place, hold: 'trust' });
    syncPath(draft);
    placeFor(root);
    // A folder takes the place of an empty one at once.
    for (const name of emptied) rmSync(join(place, name), { recursive: true });
    renameSync(draft, place);
    syncPath(dirname(place));
    return manifest;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

function restoreFile(from: string, draft: string, expected: BackedUpFile): void {
  const found = copyFile(from, draft, expected.path);
  if (found?.sha256 === expected.sha256 && found.bytes === expected.bytes) return;
  const problem = found === undefined ? 'is missing' : 'is not as it was backed up';
  throw new PerdureError(
    'conflict',
    `${join(from, expected.path)} ${problem}, so nothing was restored; take the backup whole from where it was kept, or take another one.`,
    { details: { path: expected.path } },
  );
}

/** What may be there: a folder as git is told to pass it over. Answers what is in it. */
function placeFor(root: string): readonly string[] {
  const { kind } = lookAtRoot(root);
  if (kind === 'new') return existsSync(root) ? readdirSync(root) : [];
  throw new PerdureError(
    'conflict',
    `There is a state root at ${resolve(root)} already, so nothing was restored; stop it with \`perdure down\` and move it away, or name another folder with --home.`,
    { details: { home: root } },
  );
}
