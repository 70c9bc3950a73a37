/**
 * Small files that other processes read while we write them: they see the old one, the new one or none, never a half.
 */

import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { PerdureError } from '@perdure/contract';

/** Replaces `path` at once. */
export function replaceFile(path: string, text: string): void {
  const draft = writeDraft(path, text);
  renameSync(draft, path);
}

/** Makes `path` unless it is there; false where somebody was first. */
export function createFile(path: string, text: string, draftName: string): boolean {
  const draft = writeDraft(path, text, draftName);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * The text of a file, or undefined where there is none. Another account's (think of an earlier `sudo`) is refused in
 * words.
 */
export function readFileIfAny(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EACCES') throw cause;
    const problem = `${path} may not be read by this account: use the account that ran \`perdure up\`, or choose another state root with --home.`;
    throw new PerdureError('storage_read_only', problem, { details: { path }, cause });
  }
}

function writeDraft(path: string, text: string, name: string = String(process.pid)): string {
  const draft = `${path}.${name}.draft`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return draft;
}
