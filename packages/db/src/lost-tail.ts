/**
 * Whether the newest commits of a database were lost while nobody had it open: a log that was removed, cut or damaged.
 * SQLite takes such a log up to its first frame that does not verify and says nothing, so what was recorded, and
 * acknowledged, would be done again.
 *
 * The index of the log (`-shm`) tells how far it went: it is written after the frames were synced, so it never promises
 * what was not on disk, and it outlives the processes that are killed. After a power cut it may be older than the log,
 * never newer. To be asked before the database is opened: the first who opens it makes the index anew.
 *
 * Formats: https://www.sqlite.org/walformat.html
 */

import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { endianness } from 'node:os';
import { PerdureError } from '@perdure/contract';

const formatVersion = 3_007_000;
const indexHeader = { bytes: 48, checked: 40, maxFrame: 16, salt: 32, checksum: 40, backfilled: 96 } as const;
const logHeader = { bytes: 32, checked: 24, pageSize: 8, salt: 16, checksum: 24 } as const;
const frameHeader = { bytes: 24, checked: 8, commit: 4, salt: 8, checksum: 16 } as const;

/** Larger ones are left to SQLite: reading them would hold a start up. */
const largestLog = 256 * 2 ** 20;

/** @throws PerdureError `storage_corrupt` */
export function refuseLostTail(path: string): void {
  const index = readIndex(`${path}-shm`);
  if (index === undefined || index.maxFrame <= index.backfilled) return;
  const log = `${path}-wal`;
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largestLog) return;
  const left = size < logHeader.bytes ? 0 : committedFrames(readFileSync(log), index.salt);
  if (left === undefined || left >= index.maxFrame) return;
  throw new PerdureError(
    'storage_corrupt',
    `The newest part of the record is lost: of the ${index.maxFrame} pages that its log ${log} held, ${left} can be read. Keep a copy of the folder and restore a backup; to go on without them, so that runs may do again what they told of, remove ${path}-shm.`,
  );
}

interface LogIndex {
  /** The last frame that was committed. */
  readonly maxFrame: number;
  /** Up to here all is in the database itself. */
  readonly backfilled: number;
  readonly salt: Buffer;
}

/** Undefined where there is none, or it was caught half written. */
function readIndex(path: string): LogIndex | undefined {
  const bytes = firstBytes(path, indexHeader.backfilled + 4);
  if (bytes === undefined) return undefined;
  const [one, two] = [bytes.subarray(0, indexHeader.bytes), bytes.subarray(indexHeader.bytes, 2 * indexHeader.bytes)];
  if (!one.equals(two) || native(one, 0) !== formatVersion) return undefined;
  const sums = checksum([0, 0], one.subarray(0, indexHeader.checked), endianness() === 'LE');
  if (sums[0] !== native(one, indexHeader.checksum) || sums[1] !== native(one, indexHeader.checksum + 4))
    return undefined;
  return {
    maxFrame: native(one, indexHeader.maxFrame),
    backfilled: native(bytes, indexHeader.backfilled),
    salt: one.subarray(indexHeader.salt, indexHeader.salt + 8),
  };
}

function firstBytes(path: string, count: number): Buffer | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(count);
    return readSync(fd, bytes, 0, count, 0) === count ? bytes : undefined;
  } finally {
    closeSync(fd);
  }
}

/**
 * Frames up to the last commit that verifies. Undefined: a log that was begun anew since, as after a power cut it may
 * be.
 */
function committedFrames(log: Buffer, salt: Buffer): number | undefined {
  const isLittle = (log.readUInt32BE(0) & 1) === 0;
  let sums = checksum([0, 0], log.subarray(0, logHeader.checked), isLittle);
  if (!isSum(log, logHeader.checksum, sums)) return 0;
  if (!log.subarray(logHeader.salt, logHeader.salt + 8).equals(salt)) return undefined;
  const frameBytes = frameHeader.bytes + log.readUInt32BE(logHeader.pageSize);
  let committed = 0;
  for (let frame = 1; logHeader.bytes + frame * frameBytes <= log.length; frame += 1) {
    const from = logHeader.bytes + (frame - 1) * frameBytes;
    const header = log.subarray(from, from + frameHeader.bytes);
    if (!header.subarray(frameHeader.salt, frameHeader.salt + 8).equals(salt)) break;
    sums = checksum(sums, header.subarray(0, frameHeader.checked), isLittle);
    sums = checksum(sums, log.subarray(from + frameHeader.bytes, from + frameBytes), isLittle);
    if (!isSum(header, frameHeader.checksum, sums)) break;
    if (header.readUInt32BE(frameHeader.commit) !== 0) committed = frame;
  }
  return committed;
}

type Sums = readonly [number, number];

/** SQLite's own, over pairs of 32-bit words. */
function checksum([first, second]: Sums, bytes: Buffer, isLittle: boolean): Sums {
  let [a, b] = [first, second];
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.byteLength; at += 8) {
    a = (a + words.getUint32(at, isLittle) + b) >>> 0;
    b = (b + words.getUint32(at + 4, isLittle) + a) >>> 0;
  }
  return [a, b];
}

function isSum(bytes: Buffer, at: number, [a, b]: Sums): boolean {
  return bytes.readUInt32BE(at) === a && bytes.readUInt32BE(at + 4) === b;
}

function native(bytes: Buffer, at: number): number {
  return endianness() === 'LE' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}
