/**
 * Looks whose state root a folder is, before anything in it is read. Some system calls and no process: every command
 * begins with this.
 */

import { readdirSync, realpathSync, statfsSync, statSync, type BigIntStats } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { createFile } from './files.ts';
import { homePaths, type HomePaths } from './layout.ts';
import { machineDigest } from './machine.ts';
import { rootRefusal } from './root-refusal.ts';
import { isSameFolder, markOf, newMark, readStamp, stampText, writeStamp, type RootStamp } from './root-stamp.ts';
import { whoseRoot, type FolderFacts, type Original, type RootFacts, type RootVerdict } from './whose-root.ts';

/** Whose root the folder is that has its path, whether or not it may be used. */
export function lookAtRoot(root: string): RootVerdict {
  return whoseRoot(rootFacts(root));
}

/** What may be used, or made. @throws PerdureError `home_refused` for all else. */
export type UsableRoot = Extract<RootVerdict, { readonly kind: 'new' | 'ours' | 'moved' }>;

/** @throws PerdureError `home_refused` */
export function checkRoot(root: string): UsableRoot {
  const facts = rootFacts(root);
  const verdict = whoseRoot(facts);
  if (verdict.kind === 'new' || verdict.kind === 'ours' || verdict.kind === 'moved') return verdict;
  throw rootRefusal(verdict, { root, account: facts.account });
}

/** Stamps a root that was just made, or was moved. Of two who make it at the same time the first one's stamp counts. */
export function stampRoot(paths: HomePaths, verdict: UsableRoot): void {
  if (verdict.kind === 'ours') return;
  if (verdict.kind === 'moved') writeStamp(realPaths(paths), { ...verdict.stamp, ...whatIsHere(paths.root) });
  else createFile(realPaths(paths).stamp, stampText({ id: randomUUID(), ...whatIsHere(paths.root) }));
}

/** What a stamp says of this folder, account and machine. @throws where there is no folder */
export function whatIsHere(root: string): Omit<RootStamp, 'id' | 'hold'> {
  const path = realpathSync(root);
  const machine = machineDigest();
  return {
    account: ownAccount(),
    ...(machine === undefined ? {} : { machine }),
    path,
    ...newMark(statSync(path, { bigint: true })),
  };
}

function rootFacts(root: string): RootFacts {
  const account = ownAccount();
  const stat = statIfSeen(root);
  // What is no folder, or cannot be seen, is told by who would make one there.
  if (stat === undefined || !stat.isDirectory()) return { path: root, account };
  const path = realpathSync(root);
  const owner = Number(stat.uid);
  const mark = { owner, mode: Number(stat.mode), ...markOf(stat) };
  if (owner !== account) {
    return { path: root, account, folder: { ...mark, ...unread } };
  }
  const facts = readFacts(homePaths(path));
  const keepsInodes = facts.stamp === undefined || isSameFolder(facts.stamp, mark) || fileSystemKeepsInodes(path);
  return { path, account, machine: machineDigest(), folder: { ...mark, ...facts, keepsInodes } };
}

const unread = { contents: [], stamp: undefined, isEmpty: false, original: 'none', keepsInodes: true } as const;

/**
 * Magic numbers of file systems that number their folders anew with each mount, or may: FAT and exFAT keep no inodes on
 * the disk, and what FUSE and SMB say is the server's word. Source: statfs(2), linux/magic.h.
 */
const numberedAnew = new Set([0x4d_44, 0x20_11_ba_b0, 0x65_73_55_46, 0xff_53_4d_42, 0xfe_53_4d_42, 0x51_7b]);

function fileSystemKeepsInodes(path: string): boolean {
  // Other platforms number their file systems otherwise.
  return process.platform !== 'linux' || !numberedAnew.has(statfsSync(path).type);
}

function readFacts(paths: HomePaths): Pick<FolderFacts, 'contents' | 'stamp' | 'isEmpty' | 'original'> {
  const contents = [paths.stamp, paths.database, paths.config, paths.envFile, paths.run, paths.ownerKey].flatMap(
    (path) => {
      const owner = statSync(path, { throwIfNoEntry: false })?.uid;
      return owner === undefined ? [] : [{ path, owner }];
    },
  );
  if (contents.some(({ owner }) => owner !== ownAccount())) {
    return { ...unread, contents };
  }
  let stamp = readStamp(paths);
  if (stamp !== undefined) return { contents, stamp, isEmpty: false, original: originalOf(stamp, paths.root) };
  const isEmpty = readdirSync(paths.root).every((name) => nothingOfOurs.has(name) || name.endsWith('.draft'));
  // Whoever makes it at this moment stamps it before anything else.
  if (!isEmpty) stamp = readStamp(paths);
  return { contents, stamp, isEmpty, original: 'none' };
}

/** A disk that is mounted here alone brings the second. */
const nothingOfOurs = new Set(['.gitignore', 'lost+found']);

function statIfSeen(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
    throw error;
  }
}

/** Files are written beside real folders only, and the root may be reached by a link of its owner. */
function realPaths({ root }: HomePaths): HomePaths {
  return homePaths(realpathSync(root));
}

function originalOf(stamp: RootStamp, path: string): Original {
  if (stamp.path === path) return 'same';
  try {
    const [there, here] = [stamp.path, path].map((folder) => statSync(folder, { bigint: true }));
    if (there?.dev === here?.dev && there?.ino === here?.ino) return 'same';
    if (there?.uid !== here?.uid) return 'none';
    return readStamp(homePaths(stamp.path))?.id === stamp.id ? 'root' : 'none';
  } catch {
    // Gone, or not for us to see.
    return 'none';
  }
}

/** The account that owns what this process writes. */
export function ownAccount(): number {
  return process.geteuid?.() ?? 0;
}
