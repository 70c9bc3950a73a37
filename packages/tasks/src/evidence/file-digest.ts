/**
 * The digest of listed files, for where there is no git: contents, names, kinds and the executable bit, in the order of
 * the list; folders with all that is in them, sorted; links as links. State roots and `.git` folders do not count.
 * Nothing but plain files is opened: to open a pipe would wait for its writer.
 *
 * Inside, paths are strings of bytes (latin1), since names on disk need not be UTF-8.
 */

import { createHash } from 'node:crypto';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export interface FilesOptions {
  readonly cwd: string;
  /** Relative to `cwd`. */
  readonly paths: readonly string[];
  /** Absolute folders that do not count. */
  readonly exclude: readonly string[];
}

/** Undefined where none of the listed files exists. */
export async function digestFiles({ cwd, paths, exclude }: FilesOptions): Promise<string | undefined> {
  const hash = createHash('sha256');
  const hidden = new Set(exclude.map(bytesOf));
  const buffer = Buffer.alloc(64 * 1024);
  let found = 0;
  // A stack instead of recursion: the last is looked at next.
  const waiting = paths.map((path) => ({ name: bytesOf(path), path: bytesOf(resolve(cwd, path)) })).toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { name, path } = next;
    if (hidden.has(path)) continue;
    const entry = await describe(path, buffer);
    if (entry.kind !== 'missing') found += 1;
    hash.update(`${JSON.stringify([name, entry.kind, entry.content])}\n`);
    const inside = entry.names.filter((child) => child !== '.git' && child !== '.perdure').toSorted();
    waiting.push(...inside.toReversed().map((child) => ({ name: join(name, child), path: join(path, child) })));
  }
  return found === 0 ? undefined : hash.digest('hex');
}

interface Entry {
  readonly kind: 'missing' | 'folder' | 'link' | 'file' | 'executable' | 'special';
  readonly content: string;
  /** What is in the folder. */
  readonly names: readonly string[];
}

async function describe(path: string, buffer: Buffer): Promise<Entry> {
  const file = Buffer.from(path, 'latin1');
  const stats = await lstat(file).catch(absent);
  if (stats === undefined) return { kind: 'missing', content: '', names: [] };
  if (stats.isDirectory()) return { kind: 'folder', content: '', names: await readdir(file, { encoding: 'latin1' }) };
  if (stats.isSymbolicLink()) {
    return { kind: 'link', content: await readlink(file, { encoding: 'latin1' }), names: [] };
  }
  if (!stats.isFile()) return { kind: 'special', content: '', names: [] };
  const isExecutable = (stats.mode & 0o111) !== 0;
  return { kind: isExecutable ? 'executable' : 'file', content: await contentDigest(file, buffer), names: [] };
}

async function contentDigest(file: Buffer, buffer: Buffer): Promise<string> {
  const hash = createHash('sha256');
  await using handle = await open(file, 'r');
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}

function bytesOf(path: string): string {
  return Buffer.from(path).toString('latin1');
}
