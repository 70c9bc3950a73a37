/**
 * Log files of processes that write them through an inherited descriptor. One that has grown large is turned over: when
 * a process starts by taking its name away, and while one writes by emptying it, since its descriptor goes where the
 * file goes. A log is never a reason not to start.
 */

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '@perdure/contract';
import { openPlainFile } from './files.ts';

const maxBytes = 10 * 1024 * 1024;
/** Of what a log held that is emptied: the end of it. */
const mostKept = 2 * maxBytes;

export interface OpenedLog {
  /** The caller closes it. */
  readonly fd: number;
  /** Why the words go nowhere; undefined where they go into the file. */
  readonly problem: string | undefined;
}

/** Opens for appending; one that has grown large becomes `<path>.1` first, and a folder that is gone is made again. */
export function openLog(path: string): OpenedLog {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (sizeOf(path) > maxBytes) renameSync(path, `${path}.1`);
    return { fd: openPlainFile(path, 'append'), problem: undefined };
  } catch (error) {
    const problem = `The log ${path} cannot be written (${messageOf(error)}), so what would be in it is not kept; move it away, it is made again at the next start.`;
    return { fd: openSync('/dev/null', 'a'), problem };
  }
}

/** One line more, on disk before it returns. @throws where it cannot be written. */
export function appendLine(path: string, line: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const log = openPlainFile(path, 'append');
  try {
    writeSync(log, `${line}\n`);
    fsyncSync(log);
  } finally {
    closeSync(log);
  }
}

/** Empties the logs in a folder that have grown large, and keeps what each held as `<path>.1`. */
export function boundLogs(folder: string): void {
  for (const name of namesIn(folder)) if (/\.(?:log|ndjson)$/.test(name)) boundLog(join(folder, name));
}

/** The same for one of them. */
export function boundLog(path: string): void {
  if (sizeOf(path) <= maxBytes) return;
  try {
    turnOver(path);
  } catch {
    // It is looked at again.
  }
}

/** Lines that come in between are lost; those after it go to the start of the file, since all append. */
function turnOver(path: string): void {
  const log = openPlainFile(path, 'append');
  try {
    rmSync(`${path}.1`, { force: true });
    copyEnd(path, `${path}.1`);
  } catch {
    // On a full disk there is no room for both, and the more reason to make some.
  } finally {
    ftruncateSync(log, 0);
    closeSync(log);
  }
}

const pieceBytes = 1024 * 1024;

/** Of one that was flooded, while nobody looked, all of it would fill the disk, and keep us from everything else. */
function copyEnd(from: string, to: string): void {
  const source = openPlainFile(from, 'read');
  try {
    const copy = openSync(to, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      const { size } = fstatSync(source);
      const piece = Buffer.alloc(pieceBytes);
      for (let at = Math.max(0, size - mostKept); at < size;) {
        const read = readSync(source, piece, 0, Math.min(pieceBytes, size - at), at);
        if (read === 0) break;
        writeSync(copy, piece, 0, read);
        at += read;
      }
    } finally {
      closeSync(copy);
    }
  } finally {
    closeSync(source);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
