/**
 * Log files of processes that write them through an inherited descriptor: they are turned over when a process starts.
 */

import { renameSync, statSync } from 'node:fs';
import { openPlainFile } from './files.ts';

const maxBytes = 10 * 1024 * 1024;

/** Opens for appending; one that has grown large becomes `<path>.1` first. The caller closes the descriptor. */
export function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxBytes) renameSync(path, `${path}.1`);
  return openPlainFile(path, 'append');
}
