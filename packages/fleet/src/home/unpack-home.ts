/**
 * An archive as a home again. Somebody may have put another file in its place: it has to carry the mark of this agent,
 * and nothing of it lies outside of the home, nor leads there. `tar` itself follows no link that it has made, which the
 * tests hold it to.
 */

import { once } from 'node:events';
import { chmodSync, lstatSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { PerdureError } from '@perdure/contract';
import { freeBytesOf } from '@perdure/home';
import { markName, whoseMark } from './gateway-home.ts';
import { notWhole, runTar, through, unpackedBytes } from './tar.ts';
import { walk } from './walk.ts';

export interface ArchiveOf {
  readonly archive: string;
  readonly principalId: string;
}

/**
 * Whole, of this agent, and with no name in it that lies outside. Nothing is unpacked.
 *
 * @throws PerdureError `not_found`, `storage_corrupt`, `conflict` where it is another's
 */
export async function checkArchive({ archive, principalId }: ArchiveOf): Promise<void> {
  const tar = runTar(['-tf', '-']);
  let isStrange = false;
  const look = async () => {
    for await (const name of namesIn(tar.output)) isStrange ||= lies(name) === 'outside';
  };
  await through(archive, tar, look());
  if (isStrange) throw notOfIt(archive, 'names in it lie outside of a home, which ours never do');
  const whose = whoseMark(await markOf(archive));
  if (whose === principalId) return;
  throw notOfIt(archive, whose === undefined ? 'no mark of ours is in it' : 'it is of another agent');
}

/** No system takes longer ones. An archive may bring one of gigabytes, and be small. */
const longestName = 65_536;

/** As `tar` lists them, each in a line; of one that is too long its beginning, and then some more of it. */
async function* namesIn(listed: Readable): AsyncGenerator<string> {
  let begun = '';
  for await (const chunk of listed) {
    const lines = `${begun}${(chunk as Buffer).toString('latin1')}`.split('\n');
    begun = lines.pop() ?? '';
    yield* lines;
    if (begun.length <= longestName) continue;
    yield begun;
    begun = '';
  }
}

/** Of a path, as `tar` lists it. */
function lies(path: string): 'inside' | 'outside' {
  return path.length > longestName || path.startsWith('/') || path.split('/').includes('..') ? 'outside' : 'inside';
}

/** A mark is shorter; of two of them neither counts. */
const longestMark = 1_000;

async function markOf(archive: string): Promise<string> {
  const tar = runTar(['-xOf', '-', `./${markName}`]);
  let text = '';
  const read = async () => {
    for await (const chunk of tar.output) if (text.length <= longestMark) text += String(chunk);
  };
  // It is whole, as was seen before: what fails here is that there is none.
  await through(archive, tar, read()).catch(() => undefined);
  return text.length > longestMark ? '' : text;
}

function notOfIt(archive: string, why: string): PerdureError {
  return new PerdureError(
    'conflict',
    `${archive} is no archive of this agent: ${why}. \`perdure family status <handle>\` names one that is.`,
  );
}

export interface UnpackRequest extends ArchiveOf {
  /** An empty folder. */
  readonly into: string;
  /** Where it will be then. */
  readonly home: string;
  /** It was made of this home a moment ago: links that lead out of it, and modes, are what they were. */
  readonly isPutBack?: boolean;
  /** Of the disk of a folder; default: as the system says. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/**
 * How many links that led out of the home, and things that are no files, were left out.
 *
 * @throws as `checkArchive`, and `storage_full`
 */
export async function unpackHome(request: UnpackRequest): Promise<number> {
  const { archive, principalId, into, home, isPutBack = false, freeBytes = freeBytesOf } = request;
  await checkArchive({ archive, principalId });
  // Whoever has to have back what it had is not refused for the sake of others.
  await refuseTooLarge(archive, into, (await freeBytes(into)) - (isPutBack ? 0 : spareBytes));
  const modes = isPutBack ? '--same-permissions' : '--no-same-permissions';
  const tar = runTar(['-xf', '-', '--no-same-owner', modes, '-C', into]);
  await through(archive, tar, once(tar.output.resume(), 'close'));
  if (!lstatSync(into).isDirectory()) throw notWhole(archive, 'it is no folder');
  if (isPutBack) return 0;
  chmodSync(into, 0o700);
  let leftOut = 0;
  for await (const entry of walk(into)) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory() || entry.isFile()) continue;
    if (entry.isSymbolicLink() && !leadsOut(path, { root: into, home })) continue;
    chmodSync(entry.parentPath, lstatSync(entry.parentPath).mode | 0o700);
    rmSync(path);
    leftOut += 1;
  }
  return leftOut;
}

/** Whether what was put away could be put back where it was. @throws PerdureError `storage_full` where it could not */
export async function checkRoom(archive: string, home: string): Promise<void> {
  await refuseTooLarge(archive, home, await freeBytesOf(dirname(home)));
}

/** What stays free of a disk: others write there too. */
const spareBytes = 256 * 1024 * 1024;

/** A small file can be made to unpack into more than any disk has. @throws PerdureError `storage_full` */
async function refuseTooLarge(archive: string, into: string, free: number): Promise<void> {
  const room = Math.max(0, free);
  if ((await unpackedBytes(archive, room)) <= room) return;
  throw new PerdureError(
    'storage_full',
    `${archive} unpacks into more than there is room for in ${dirname(into)} (${Math.floor(room / 1_000_000)} MB): make room, and try again.`,
  );
}

/**
 * By its words alone: up first, as far as the home goes, and then down only. What goes up after it went down may have
 * gone through another link, and ends nobody knows where.
 */
function leadsOut(link: string, { root, home }: { readonly root: string; readonly home: string }): boolean {
  const target = readlinkSync(link);
  if (isAbsolute(target))
    return target.split('/').includes('..') || !(target === home || target.startsWith(`${home}/`));
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const up = parts.findIndex((part) => part !== '..');
  const ups = up === -1 ? parts.length : up;
  const folder = relative(root, dirname(link));
  const depth = folder === '' ? 0 : folder.split('/').length;
  return ups > depth || parts.slice(ups).includes('..');
}
