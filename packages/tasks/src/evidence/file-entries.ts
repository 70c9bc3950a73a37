/**
 * What one file is: its kind, the executable bit and the digest of its contents, byte for byte as they are on disk. No
 * filter, no line ends, no settings of a repository come in between. Nothing but plain files is opened: to open a pipe
 * would wait for its writer. Links are what they point at in words.
 *
 * Paths are strings of bytes (latin1), since names on disk need not be UTF-8.
 *
 * A file so large that reading it at every look would take long counts by what the file system says of it: every write
 * to it shows there, also one that leaves it as it was.
 *
 * A reader knows the contents it has read, by what the file system says of the file, so that a second look reads
 * nothing large again. A file that changed just before it was read is never known: the clock of the disk is coarse.
 */

import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type BigIntStats,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface Entry {
  readonly kind: 'missing' | 'folder' | 'link' | 'file' | 'executable' | 'special';
  readonly content: string;
  /** What is in the folder. */
  readonly names: readonly string[];
  /** Grows different with every write to the file, also with one that leaves it as it was. */
  readonly stamp: string;
}

export interface EntryReader {
  read(path: string): Promise<Entry>;
}

const chunkBytes = 1024 * 1024;
/** What is read of one file at most. */
const largestRead = 64 * chunkBytes;
/** Small files are read at once, which is many times faster; after so many others get their turn. */
const filesPerTurn = 200;
/** Longer than the clock of any file system is coarse. */
const coarseMs = 2_000;

export function createEntryReader(): EntryReader {
  const known = new Map<string, string>();
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let count = 0;

  async function contentOf(path: string, stats: BigIntStats, stamp: string): Promise<string> {
    const before = known.get(stamp);
    if (before !== undefined) return before;
    const isSettled = Date.now() - Number(stats.ctimeMs) > coarseMs;
    const size = Number(stats.size);
    if (size > largestRead) return `${size} bytes, written ${stats.mtimeNs}, changed ${stats.ctimeNs}`;
    const content = size > chunkBytes ? await digestLarge(path, size) : digestSmall(path, buffer);
    if (isSettled) known.set(stamp, content);
    return content;
  }

  return {
    async read(path) {
      count += 1;
      if (count % filesPerTurn === 0) await nextTurn();
      const file = Buffer.from(path, 'latin1');
      const stats = statsOf(file);
      if (stats === undefined) return { kind: 'missing', content: '', names: [], stamp: '' };
      const { dev, ino, size, mtimeNs, ctimeNs } = stats;
      const stamp = `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
      if (stats.isDirectory()) {
        return { kind: 'folder', content: '', names: readdirSync(file, { encoding: 'latin1' }), stamp: '' };
      }
      if (stats.isSymbolicLink()) {
        return { kind: 'link', content: readlinkSync(file, { encoding: 'latin1' }), names: [], stamp };
      }
      if (!stats.isFile()) return { kind: 'special', content: '', names: [], stamp };
      const kind = (stats.mode & 0o111n) === 0n ? 'file' : 'executable';
      return { kind, content: await contentOf(path, stats, stamp), names: [], stamp };
    },
  };
}

/** A link or a pipe that has come into the place of the file is not followed, nor waited for. */
const asPlainFile = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

function digestSmall(path: string, buffer: Buffer): string {
  const hash = createHash('sha256');
  const descriptor = openSync(Buffer.from(path, 'latin1'), asPlainFile);
  try {
    const bytesRead = readSync(descriptor, buffer, 0, buffer.length, 0);
    return hash.update(buffer.subarray(0, bytesRead)).digest('hex');
  } finally {
    closeSync(descriptor);
  }
}

/** No further than it was long: one that grows while it is read would have no end, and has changed anyway. */
async function digestLarge(path: string, size: number): Promise<string> {
  const hash: Hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  await using handle = await open(Buffer.from(path, 'latin1'), asPlainFile);
  for (let position = 0; position < size;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - position), position);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  return hash.digest('hex');
}

function statsOf(file: Buffer): BigIntStats | undefined {
  try {
    return lstatSync(file, { bigint: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A file stands where a folder was.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
