/**
 * The root key of the vaults, where it is kept in a file that only this account can read. Whoever makes a backup of the
 * database and not of this file has a backup of no secret.
 *
 * What opens all else is lost by nothing: a file is on the disk under its name before anybody relies on it. One that is
 * about to take its place lies beside it, under the id of the key, until it has done so.
 */

import { closeSync, existsSync, fstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { createFile, openPlainFile, replaceFile, syncFolder } from './files.ts';
import type { HomePaths } from './layout.ts';

type Paths = Pick<HomePaths, 'run' | 'vaultKey'>;

export type VaultKeyFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none' }
  /** It is not taken; why, as the end of a sentence, without a path. */
  | { readonly kind: 'refused'; readonly why: string };

export function readVaultKey(paths: Paths): VaultKeyFile {
  return readKeyFile(paths.vaultKey);
}

/** Makes it, and gives what lies there: where two make it at the same time, what the first one made. */
export function createVaultKey(paths: Paths, text: string): VaultKeyFile {
  const isMade = createFile(paths.vaultKey, text);
  syncFolder(paths.run);
  return isMade ? { kind: 'text', text } : readVaultKey(paths);
}

/** Puts a key beside the one that counts, to take its place. */
export function keepNextVaultKey(paths: Paths, id: string, text: string): void {
  replaceFile(nextPath(paths, id), text);
  syncFolder(paths.run);
}

/** From now on it is the one that counts. */
export function promoteVaultKey(paths: Paths, id: string, text: string): void {
  replaceFile(paths.vaultKey, text);
  syncFolder(paths.run);
  dropNextVaultKey(paths, id);
}

export function dropNextVaultKey(paths: Paths, id: string): void {
  rmSync(nextPath(paths, id), { force: true });
}

/** Those that did not take its place, or whose maker died before it could remove them. */
export function nextVaultKeys(paths: Paths): readonly { readonly id: string; readonly text: string }[] {
  if (!existsSync(paths.run)) return [];
  const start = `${basename(paths.vaultKey)}.`;
  const ids = readdirSync(paths.run)
    .filter((name) => name.startsWith(start))
    .map((name) => name.slice(start.length))
    .filter((id) => /^[0-9a-f]{16}$/.test(id));
  return ids.flatMap((id) => {
    const file = readKeyFile(nextPath(paths, id));
    return file.kind === 'text' ? [{ id, text: file.text }] : [];
  });
}

/** Whether a file of `run` holds a key of the vaults. */
export function isVaultKey(paths: Paths, name: string): boolean {
  const own = basename(paths.vaultKey);
  return name === own || name.startsWith(`${own}.`);
}

const nextPath = ({ vaultKey }: Paths, id: string): string => `${vaultKey}.${id}`;

const refused = (why: string) => ({ kind: 'refused', why }) as const;

/** A key is a line of 43 characters. */
const mostBytes = 1_000;

function readKeyFile(path: string): VaultKeyFile {
  let fd: number;
  try {
    fd = openPlainFile(path, 'read');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { kind: 'none' };
    if (code === 'ELOOP') return refused('leads to another place; put the key itself there');
    if (code === 'EACCES') return refused('may not be read by this account; give it to the one that runs Perdure');
    throw cause;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return refused('is no file; put the key itself there');
    const others = stat.mode & 0o077;
    if (others !== 0 || (process.geteuid !== undefined && stat.uid !== process.geteuid())) {
      return refused(
        'may be read by others; make it your own and `chmod 600` it, and where others had it, give a new one with `perdure vault root rotate`',
      );
    }
    return stat.size > mostBytes
      ? refused('is too long to be a key')
      : { kind: 'text', text: readFileSync(fd, 'utf8') };
  } finally {
    closeSync(fd);
  }
}
