/**
 * The digest of files: contents, names, kinds and the executable bit, in the order of a list; folders with all that is
 * in them, sorted; links as links. State roots and `.git` folders do not count.
 */

import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { EntryReader } from './file-entries.ts';

/** `stamp` differs also where a file was written and is as it was. */
export interface FilesDigest {
  readonly digest: string;
  readonly stamp: string;
  readonly files: FileStates;
}

/** What each name stands for, by bytes as characters: what counts of it, and the stamp by which a write is seen. */
export type FileStates = ReadonlyMap<string, FileState>;

interface FileState {
  readonly line: string;
  readonly stamp: string;
}

/** Names of what differs, sorted; `by`: its contents, or only that it was written. */
export function differingFiles(before: FileStates, after: FileStates, by: keyof FileState): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  const differs = [...names].filter((name) => before.get(name)?.[by] !== after.get(name)?.[by]);
  return differs.map((name) => Buffer.from(name, 'latin1').toString()).toSorted();
}

export interface FilesOptions {
  readonly cwd: string;
  /** Relative to `cwd`. */
  readonly paths: readonly string[];
  /** Absolute folders that do not count. */
  readonly exclude: readonly string[];
  readonly reader: EntryReader;
}

/** Of listed files, for where there is no git. Undefined where none of them exists. */
export async function digestFiles({ cwd, paths, exclude, reader }: FilesOptions): Promise<FilesDigest | undefined> {
  const sum = createSum();
  const roots = paths.map((path) => ({ name: bytesOf(path), path: bytesOf(resolve(cwd, path)) }));
  const found = await addAll(sum, roots, { exclude, reader });
  return found === 0 ? undefined : sum.end();
}

export interface Root {
  /** Bytes as characters, as in the digest. */
  readonly name: string;
  /** Absolute, bytes as characters. */
  readonly path: string;
}

/** Answers how many there were. */
export async function addAll(
  sum: Sum,
  roots: readonly Root[],
  { exclude, reader }: Pick<FilesOptions, 'exclude' | 'reader'>,
): Promise<number> {
  const hidden = new Set(exclude.map(bytesOf));
  let found = 0;
  // A stack instead of recursion: the last is looked at next.
  const waiting = roots.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { name, path } = next;
    if (hidden.has(path)) continue;
    const entry = await reader.read(path);
    if (entry.kind !== 'missing') found += 1;
    sum.add([name, entry.kind, entry.content], entry.stamp);
    const inside = entry.names.filter((child) => child !== '.git' && child !== '.perdure').toSorted();
    waiting.push(...inside.toReversed().map((child) => ({ name: join(name, child), path: join(path, child) })));
  }
  return found;
}

export interface Sum {
  add(line: readonly string[], stamp: string): void;
  end(): FilesDigest;
}

export function createSum(): Sum {
  const [contents, stamps] = [createHash('sha256'), createHash('sha256')];
  const files = new Map<string, FileState>();
  return {
    add(line, stamp) {
      const text = JSON.stringify(line);
      contents.update(`${text}\n`);
      stamps.update(`${text} ${stamp}\n`);
      const [name = '', kind, content] = line;
      // Of the rules by which this machine leaves files out there are several, and none is a file.
      const key = kind === 'rule' ? `${name}(a rule that leaves files out: ${content})` : name;
      files.set(key, { line: text, stamp });
    },
    end: () => ({ digest: contents.digest('hex'), stamp: stamps.digest('hex'), files }),
  };
}

export function bytesOf(path: string): string {
  return Buffer.from(path).toString('latin1');
}
