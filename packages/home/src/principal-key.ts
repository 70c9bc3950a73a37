/**
 * Keys of principals of the hub that somebody keeps in files, to speak as them: in the state root by the name of the
 * principal, or anywhere else. A key is never an argument and never in a variable: both are read by other programs.
 */

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { replaceFile } from './files.ts';
import { makeFolder } from './folders.ts';
import type { HomePaths } from './layout.ts';

/** A key, a line break, and whatever an editor may have added; or a few secrets beside it. */
const mostBytes = 20_000;

/** Where the state root keeps the key of a principal. The handle has the form of one: it becomes the name of a file. */
export function savedKeyPath({ keys }: Pick<HomePaths, 'keys'>, handle: string): string {
  return join(keys, handle);
}

/** Keeps a key, mode 0600, in the place of one that was kept before; answers where. */
export function saveKey(paths: HomePaths, handle: string, key: string): string {
  makeFolder(paths.keys, 0o700);
  const path = savedKeyPath(paths, handle);
  replaceFile(path, `${key}\n`);
  return path;
}

/**
 * The key in a file, or in a member of an object of JSON in one: `secrets.json#/hub`. Undefined: there is no such file.
 *
 * @throws PerdureError `config_invalid` where others may read it too, or it holds no key; never with its content
 */
export function readKeyFile(named: string): string | undefined {
  const [, path = named, member] = /^(.+)#\/([\w-]+)$/.exec(named) ?? [];
  const fd = openIfAny(path);
  if (fd === undefined) return undefined;
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw unfit(path, 'is no file');
    if ((stat.mode & 0o077) !== 0) {
      throw unfit(path, `may be read by other accounts (mode ${(stat.mode & 0o777).toString(8)}); \`chmod 600\` it`);
    }
    if (stat.size > mostBytes) throw unfit(path, 'is too large to be a key');
    const text = readFileSync(fd, 'utf8');
    const key = (member === undefined ? text : memberIn(text, member)).trim();
    if (!/^sk_[\w-]{1,500}$/.test(key)) throw unfit(path, 'holds no key, which is one line that begins with sk_');
    return key;
  } finally {
    closeSync(fd);
  }
}

function memberIn(text: string, member: string): string {
  try {
    const value: unknown = (JSON.parse(text) as Record<string, unknown>)[member];
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

function openIfAny(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw unfit(path, `cannot be read (${code})`, cause);
  }
}

function unfit(path: string, what: string, cause?: unknown): PerdureError {
  return new PerdureError('config_invalid', `The key file ${path} ${what}; put it right and try again.`, {
    details: { path },
    cause,
  });
}
