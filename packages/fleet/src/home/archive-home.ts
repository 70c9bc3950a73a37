/**
 * What was a home, in a file that can be read back: `.tar.gz`, for this account alone. It has its name only when it was
 * read back whole (M4). Secrets are left out: they lie in vaults, or are made anew.
 */

import { existsSync, fsync, write } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { makeFolder, openDraft } from '@perdure/home';
import { removeLeftDrafts } from '@perdure/home/files';
import { isGnuTar, notWhole, runTar, through } from './tar.ts';
import { walk } from './walk.ts';

export interface ArchiveRequest {
  readonly home: string;
  /** Folder for archives; made where it is not there. */
  readonly folder: string;
  /** Without its ending. */
  readonly name: string;
  /** A file in the home that stays out of it, with what was to become it; absent: all of it is put in. */
  readonly without?: string | undefined;
}

/** Path of the archive. @throws PerdureError where it could not be made, or is not whole */
export async function archiveHome({ home, folder, name, without }: ArchiveRequest): Promise<string> {
  makeFolder(folder, 0o700);
  const path = join(folder, `${name}.tar.gz`);
  using draft = openDraft(path);
  if (without !== undefined && existsSync(home)) removeLeftDrafts(join(home, without));
  const excluded = without === undefined ? [] : [`--exclude=./${without}`];
  // Holes of a file are none of what is in it: else one of a few bytes may take hours, and the disk.
  const sparse = (await isGnuTar()) ? ['--sparse'] : [];
  const tar = runTar(['-cf', '-', ...sparse, ...excluded, '-C', home, '.']);
  let writing: Promise<void> | undefined;
  const into = (bytes: AsyncIterable<Buffer>): Promise<void> => (writing = writeTo(draft.fd, bytes));
  const packed = pipeline(tar.output, createGzip(), into);
  try {
    await Promise.all([packed, tar.ended]);
  } finally {
    // Whoever still wrote when the draft is closed would write into what has its number then.
    await Promise.allSettled([packed, tar.ended, writing]);
  }
  const [inside, wanted] = [await entriesOf(draft.path), await entriesIn(home, without)];
  if (inside !== wanted) throw notWhole(path, `${inside} of ${wanted} files are in it`);
  draft.takeName();
  return path;
}

const [writeSome, sync] = [promisify(write), promisify(fsync)];

/** A stream of Node's own closes it where it fails, and behind our back: a second time, when another has its number. */
async function writeTo(fd: number, bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of bytes) {
    for (let done = 0; done < chunk.length;) done += (await writeSome(fd, chunk, done)).bytesWritten;
  }
  await sync(fd);
}

/** How many files and folders are in it: read to its end, sums checked. @throws PerdureError `storage_corrupt` */
export async function entriesOf(archive: string): Promise<number> {
  const tar = runTar(['-tf', '-']);
  let lines = 0;
  const count = async () => {
    for await (const chunk of tar.output) lines += String(chunk).split('\n').length - 1;
  };
  await through(archive, tar, count());
  // The folder itself is one.
  return lines - 1;
}

/** As tar counts them: sockets are none, a link is one, wherever it leads, and below what stays out there is none. */
async function entriesIn(home: string, without: string | undefined): Promise<number> {
  const out = without === undefined ? undefined : join(home, without);
  let count = 0;
  for await (const entry of walk(home)) {
    const path = join(entry.parentPath, entry.name);
    const isOut = out !== undefined && (path === out || path.startsWith(`${out}/`));
    if (!entry.isSocket() && !isOut) count += 1;
  }
  return count;
}
