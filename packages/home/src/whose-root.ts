/**
 * Whose state root a folder is, decided from facts. Nothing in a root is read, run, obeyed or killed for before this
 * says that it is ours. Pure.
 */

import { isSameFolder, type FolderMark, type RootStamp } from './root-stamp.ts';

export interface RootFacts {
  /** Real path. */
  readonly path: string;
  /** User id of this process. */
  readonly account: number;
  /** A digest; undefined where the machine has no id. */
  readonly machine?: string | undefined;
  /** Absent where nothing is there. */
  readonly folder?: FolderFacts;
}

export interface FolderFacts extends FolderMark {
  readonly owner: number;
  readonly mode: number;
  /** What of ours lies in it, by path, with its owner. */
  readonly contents: readonly { readonly path: string; readonly owner: number }[];
  readonly stamp: RootStamp | undefined;
  /** Whether it holds anything but what git is told about it. */
  readonly isEmpty: boolean;
  /** What is at the path of the stamp, where that is another one than this. */
  readonly original: Original;
  /** Whether its file system gives a folder the same inode with every mount. */
  readonly keepsInodes: boolean;
}

/** `same`: this folder under another name. `root`: another folder of the same root. `none`: neither. */
export type Original = 'same' | 'root' | 'none';

export type RootVerdict =
  /** Missing or empty: it can be made. */
  | { readonly kind: 'new' }
  | { readonly kind: 'ours'; readonly stamp: RootStamp }
  /** It has another path than it was stamped with. */
  | { readonly kind: 'moved'; readonly stamp: RootStamp }
  | { readonly kind: 'copy'; readonly stamp: RootStamp; readonly isOriginalThere: boolean }
  /** Nobody on this machine made it, as far as it says. `holdsOurs`: whether it looks like a state root at all. */
  | { readonly kind: 'unknown'; readonly holdsOurs: boolean }
  /** `path`: the root itself, or what lies in it. */
  | { readonly kind: 'foreign'; readonly path: string; readonly owner: number }
  /** Others may have put into it what they like. */
  | { readonly kind: 'open' };

const writableByOthers = 0o022;

export function whoseRoot({ path, account, machine, folder }: RootFacts): RootVerdict {
  if (folder === undefined) return { kind: 'new' };
  const foreign = [{ path, owner: folder.owner }, ...folder.contents].find(({ owner }) => owner !== account);
  if (foreign !== undefined) return { kind: 'foreign', ...foreign };
  const { stamp, isEmpty, mode, original } = folder;
  if (stamp === undefined && isEmpty) return { kind: 'new' };
  if ((mode & writableByOthers) !== 0) return { kind: 'open' };
  if (stamp === undefined) return { kind: 'unknown', holdsOurs: folder.contents.length > 0 };
  const isFolder = isSameFolder(stamp, folder) || (!folder.keepsInodes && isSamePlace(stamp, { path, machine }));
  const isMade = stamp.account === account && isFolder && isSameMachine(stamp.machine, machine);
  if (!isMade || original === 'root') return { kind: 'copy', stamp, isOriginalThere: original === 'root' };
  return { kind: stamp.path === path || original === 'same' ? 'ours' : 'moved', stamp };
}

/** What stands for an inode that does not last. No stranger writes such a stamp: nobody else knows the machine. */
function isSamePlace(stamp: RootStamp, { path, machine }: Pick<RootFacts, 'path' | 'machine'>): boolean {
  return stamp.path === path && stamp.machine !== undefined && stamp.machine === machine;
}

/** A machine that gets an id, or loses it, is still the same. */
function isSameMachine(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}
