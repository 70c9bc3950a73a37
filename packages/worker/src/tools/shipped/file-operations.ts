/**
 * What the file tools do once they stand in the right folder: on bare names, following no link (F4 of
 * `pinned-folder.ts`).
 */

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { compact } from '@perdure/contract';
import { enterFolder, lookAt, refuse } from './pinned-folder.ts';

const maxReadBytes = 1024 * 1024;
const maxEntries = 1_000;

export interface FilePiece {
  readonly text: string;
  readonly size: number;
  readonly nextOffset?: number;
}

export interface FileEntry {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link' | 'other';
  readonly size?: number;
}

export interface FileListing {
  readonly entries: FileEntry[];
  readonly truncated: boolean;
}

/** UTF-8 text from the byte `offset` on, ending between two characters. */
export function readPiece(name: string, offset: number): FilePiece {
  lookAt(name);
  // Not blocking: a named pipe would wait for a writer for ever.
  const file = openSync(name, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const stats = fstatSync(file);
  if (stats.isDirectory()) refuse('The path is a folder; list it with `list-files`.');
  if (!stats.isFile()) refuse('The path is neither a file nor a folder, and is not read; choose another path.');
  const { size } = stats;
  if (offset > size) refuse(`The file has ${size} bytes, fewer than the offset; start at a smaller one.`);
  const buffer = Buffer.alloc(Math.min(maxReadBytes, size - offset));
  const length = readSync(file, buffer, { position: offset });
  const bytes = buffer.subarray(0, offset + length < size ? wholeCharacters(buffer, length) : length);
  const nextOffset = offset + bytes.length;
  return { text: decode(bytes), size, ...compact({ nextOffset: nextOffset < size ? nextOffset : undefined }) };
}

/** Whoever reads sees the old text or the new: it goes to a new file, is synced, and then takes the name. */
export function replaceFile(name: string, content: string, temporary: string): void {
  const found = lookAt(name);
  if (found?.isDirectory() === true) refuse('The path is a folder; name a file in it.');
  if (found !== undefined && !found.isFile()) refuse('The path is no plain file, and is left alone; choose another.');
  // Of an attempt that died.
  rmSync(temporary, { force: true });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = openSync(temporary, flags, 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
    renameSync(temporary, name);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  // The name is on disk when its folder is.
  fsyncSync(openSync('.', constants.O_RDONLY));
}

/** Everything below a folder, in the order of the names. Links are shown, not followed. */
export function listBelow(workspace: string, folder: readonly string[]): FileListing {
  const entries: FileEntry[] = [];
  const visit = (names: readonly string[]): void => {
    for (const entry of entriesOf(workspace, names)) {
      // One more than is shown tells that there are more.
      if (entries.length > maxEntries) return;
      entries.push(entry);
      if (entry.type === 'folder') visit(entry.path.split('/'));
    }
  };
  visit(folder);
  return { entries: entries.slice(0, maxEntries), truncated: entries.length > maxEntries };
}

function entriesOf(workspace: string, names: readonly string[]): readonly FileEntry[] {
  enterFolder(workspace, names);
  return readdirSync('.')
    .toSorted()
    .slice(0, maxEntries + 1)
    .flatMap((name) => {
      const stats = lstatSync(name, { throwIfNoEntry: false });
      // Gone since.
      return stats === undefined ? [] : [describe([...names, name].join('/'), stats)];
    });
}

function describe(path: string, stats: Stats): FileEntry {
  if (stats.isFile()) return { path, type: 'file', size: stats.size };
  return { path, type: stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other' };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('The file is not UTF-8 text at this place; read another one, or start at a `nextOffset`.');
  }
}

/** Length of `bytes` without a UTF-8 character that is cut off at its end. */
function wholeCharacters(bytes: Uint8Array, length: number): number {
  for (let back = 1; back <= Math.min(4, length); back++) {
    const byte = bytes[length - back] ?? 0;
    const isContinuation = (byte & 0xc0) === 0x80;
    if (isContinuation) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? length - back : length;
  }
  return length;
}
