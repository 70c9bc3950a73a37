/** Small files that other processes read while we write them: they see the old one, the new one or none, never a half. */

import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';

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

/** The text of a file, or undefined where there is none. */
export function readFileIfAny(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
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
