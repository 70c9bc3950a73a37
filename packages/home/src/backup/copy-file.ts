/** Copies one file, piece by piece, into a new one that reached the disk when this returns. */

import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openPlainFile } from '../files.ts';
import { makeFolder } from '../folders.ts';
import type { BackedUpFile } from './manifest.ts';

const pieceBytes = 2 ** 20;
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Undefined where there is no such file, or something else that is not to be read: a link, a pipe. */
export function copyFile(from: string, into: string, path: string): BackedUpFile | undefined {
  const source = openIfFile(join(from, path));
  if (source === undefined) return undefined;
  try {
    makeFolder(dirname(join(into, path)), 0o700);
    const target = openSync(join(into, path), newFile, 0o600);
    try {
      return { path, ...copyPieces(source, target) };
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}

/** What a file is that is in its place already. @throws where there is none */
export function measureFile(folder: string, path: string): BackedUpFile {
  const source = openPlainFile(join(folder, path), 'read');
  try {
    return { path, ...copyPieces(source) };
  } finally {
    closeSync(source);
  }
}

/** A name in a folder lasts when the folder has reached the disk. */
export function syncPath(path: string): void {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function openIfFile(path: string): number | undefined {
  try {
    // To open a pipe would wait for who writes into it.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
    return undefined;
  } catch (error) {
    // ELOOP: it is a link.
    if (['ENOENT', 'ELOOP', 'ENXIO', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function copyPieces(source: number, target?: number): Pick<BackedUpFile, 'bytes' | 'sha256'> {
  const digest = createHash('sha256');
  const piece = Buffer.alloc(pieceBytes);
  let bytes = 0;
  for (let read = readSync(source, piece); read > 0; read = readSync(source, piece)) {
    const part = piece.subarray(0, read);
    digest.update(part);
    bytes += read;
    if (target !== undefined) writeWhole(target, part);
  }
  if (target !== undefined) fsyncSync(target);
  return { bytes, sha256: digest.digest('hex') };
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(writeSync(fd, rest));
}
