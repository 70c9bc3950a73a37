/**
 * The stamp of a state root: which folder it is, whose, on which machine. Nothing that a repository, an archive or a
 * backup brings can match: a folder is made anew wherever it is unpacked, with an inode and a time of birth of its own.
 */

import { statSync, type BigIntStats } from 'node:fs';
import { holdReasons, type HoldReason } from '@perdure/contract';
import { readFileIfAny, replaceFile } from './files.ts';
import type { HomePaths } from './layout.ts';

/** A folder as it can be found again under any name, until it is copied. Texts: both are larger than a number holds. */
export interface FolderMark {
  readonly inode: string;
  /** In nanoseconds; absent where the file system keeps none. */
  readonly born?: string;
}

export interface RootStamp extends FolderMark {
  /** The same for as long as the root lives, wherever it is moved or restored to. */
  readonly id: string;
  /** User id. */
  readonly account: number;
  /** A digest; absent where the machine has no id. */
  readonly machine?: string;
  /** Its real path when it was stamped. */
  readonly path: string;
  /** Owed to whoever adopted it: the next start holds everything unfinished before any process of ours runs. */
  readonly hold?: HoldReason;
}

type MarkStat = Pick<BigIntStats, 'ino' | 'birthtimeNs' | 'ctimeNs'>;

/** To be written down. */
export function newMark({ ino, birthtimeNs }: MarkStat): FolderMark {
  return { inode: String(ino), ...(birthtimeNs > 0n ? { born: String(birthtimeNs) } : {}) };
}

/**
 * To be compared with what was written down. Of a platform that keeps no time of birth we are told that of the last
 * change instead: where the two are the same nobody knows which it is, so it counts for nothing.
 */
export function markOf(stat: MarkStat): FolderMark {
  return stat.birthtimeNs === stat.ctimeNs ? { inode: String(stat.ino) } : newMark(stat);
}

export function isSameFolder(one: FolderMark, other: FolderMark): boolean {
  if (one.inode !== other.inode) return false;
  return one.born === undefined || other.born === undefined || one.born === other.born;
}

const longestStamp = 65_536;

/** Undefined where there is none, or one that is not in our words: such a root was not stamped. */
export function readStamp({ stamp }: Pick<HomePaths, 'stamp'>): RootStamp | undefined {
  // What came with an archive may be a pipe, which would be waited for.
  const stat = statSync(stamp, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile() || stat.size > longestStamp) return undefined;
  try {
    const value: unknown = JSON.parse(readFileIfAny(stamp) ?? '');
    return isStamp(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function stampText(stamp: RootStamp): string {
  return `${JSON.stringify(stamp, undefined, 2)}\n`;
}

export function writeStamp(paths: Pick<HomePaths, 'stamp'>, stamp: RootStamp): void {
  replaceFile(paths.stamp, stampText(stamp));
}

function isStamp(value: unknown): value is RootStamp {
  if (typeof value !== 'object' || value === null) return false;
  const { id, account, machine, path, inode, born, hold } = value as Partial<RootStamp>;
  const texts = [id, path, inode].every((text) => typeof text === 'string' && text !== '');
  const maybe = [machine, born].every((text) => text === undefined || typeof text === 'string');
  return texts && maybe && typeof account === 'number' && (hold === undefined || holdReasons.includes(hold));
}
