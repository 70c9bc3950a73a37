/**
 * Bytes of files in a folder of the state root, under names that we make: nothing that anybody says becomes a part of a
 * path. They are written piece by piece into a draft, synced, and then given their name, so that what has a name is
 * whole (D1).
 */

import { createHash, type Hash } from 'node:crypto';
import { close, fsync, read, write } from 'node:fs';
import { lstat, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isPerdureError, PerdureError } from '@perdure/contract';
import { openDraft, openPlainFile } from '@perdure/home';
import type { DriveBytes, Written } from '../core/drive/ports.ts';

const [readInto, writeFrom, sync, closeFile] = [promisify(read), promisify(write), promisify(fsync), promisify(close)];

export interface DriveFolderOptions {
  /** It is there, and this account alone may enter it. */
  readonly folder: string;
  /** A UUID that nobody has yet. */
  readonly newName: () => string;
  /** Bytes of the disk that files leave to all else; default 64 MiB: a full disk stops the record too. */
  readonly keepFree?: number;
}

const mebibyte = 2 ** 20;
/** The room is looked at again behind so many bytes: others write meanwhile. */
const lookAgainBytes = 16 * mebibyte;
const pieceBytes = 2 ** 16;

export function openDriveFolder({ folder, newName, keepFree = 64 * mebibyte }: DriveFolderOptions): DriveBytes {
  const pathOf = (name: string): string => join(folder, name);
  const hasRoom = async (size: number): Promise<boolean> => {
    try {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize >= size + keepFree;
    } catch {
      // Where the system does not tell, the writing does.
      return true;
    }
  };

  /** Undefined: there were more than `most`. */
  const take = async (fd: number, pieces: AsyncIterable<Uint8Array>, most: number): Promise<Taken | undefined> => {
    const taken: Taken = { size: 0, hash: createHash('sha256') };
    let lookAt = lookAgainBytes;
    for await (const piece of pieces) {
      taken.size += piece.byteLength;
      if (taken.size > most) return undefined;
      if (taken.size >= lookAt) {
        if (!(await hasRoom(0))) throw diskFull();
        lookAt = taken.size + lookAgainBytes;
      }
      taken.hash.update(piece);
      await writeAll(fd, piece);
    }
    return taken;
  };

  return {
    hasRoom,
    write: (pieces, most) =>
      inWords(async () => {
        const blob = newName();
        using draft = openDraft(pathOf(blob));
        const taken = await take(draft.fd, pieces, most);
        if (taken === undefined) return { kind: 'too-many' } as const;
        await sync(draft.fd);
        draft.takeName();
        await syncFolder(folder);
        const written: Written = { kind: 'written', blob, size: taken.size, sha256: taken.hash.digest('hex') };
        return written;
      }),
    sizeOf: (blob) =>
      inWords(async () => {
        const found = await lstatIfAny(pathOf(blob));
        return found?.isFile() === true ? found.size : undefined;
      }),
    read: (blob, part) => piecesOf(pathOf(blob), part),
    remove: (blob) => inWords(async () => await rm(pathOf(blob), { force: true })),
    names: () => inWords(async () => ((await isFolder(folder)) ? (await readdir(folder)).filter(isOurs) : [])),
    removeIfOlder: (name, than) =>
      inWords(async () => {
        const found = await lstatIfAny(pathOf(name));
        if (found !== undefined && found.mtimeMs < than) await rm(pathOf(name), { force: true });
      }),
  };
}

/** What we write, whole or not: whatever else lies there is not ours to remove. */
const isOurs = (name: string): boolean =>
  /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\.[0-9a-f-]{36}\.[0-9a-f]+\.draft)$/.test(name);

/** A link leads to what somebody else keeps. */
async function isFolder(path: string): Promise<boolean> {
  return (await lstatIfAny(path))?.isDirectory() === true;
}

interface Taken {
  size: number;
  readonly hash: Hash;
}

/** The kernel may take a part at a time. */
async function writeAll(fd: number, piece: Uint8Array): Promise<void> {
  for (let from = 0; from < piece.byteLength;) {
    const { bytesWritten } = await writeFrom(fd, piece, from);
    from += bytesWritten;
  }
}

/** Opened by the first that is asked for: an answer that nobody reads leaves nothing open. */
async function* piecesOf(
  path: string,
  { from, end }: { readonly from: number; readonly end: number },
): AsyncGenerator<Uint8Array> {
  const fd = openPlainFile(path, 'read');
  try {
    for (let at = from; at < end;) {
      // A new one each time: whoever was given the last may not have sent it yet.
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, end - at));
      const { bytesRead } = await readInto(fd, piece, 0, piece.byteLength, at);
      if (bytesRead === 0) throw new PerdureError('storage_corrupt', 'A file of the drive ends before its end.');
      yield piece.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await closeFile(fd);
  }
}

/** The name of a file is on disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const fd = openPlainFile(folder, 'read');
  try {
    await sync(fd);
  } finally {
    await closeFile(fd);
  }
}

async function lstatIfAny(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function diskFull(cause?: unknown): PerdureError {
  return new PerdureError(
    'storage_full',
    'The disk has no room for this file, and nothing of it was kept; free some space, or send less.',
    { cause },
  );
}

/** Whatever the system says becomes a sentence; what comes from whoever sends the bytes is theirs to say. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isPerdureError(error) ? error : storageError(error);
  }
}

function storageError(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(error);
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
    case 'ENOTDIR':
      return new PerdureError(
        'storage_read_only',
        'The folder drive of the state root cannot be written: make it a folder that this account may write.',
        { cause: error },
      );
    case 'ENOENT':
      return new PerdureError(
        'storage_read_only',
        'The folder drive of the state root is gone: put it back, and start again.',
        { cause: error },
      );
    default:
      return code === undefined
        ? error
        : new PerdureError('unavailable', `The disk under the folder drive failed (${code}); check it.`, {
            cause: error,
          });
  }
}
