/** Scaffolding writes new files and nothing else: what is already there is somebody's work. */

import { lstatSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { makeFolder } from '@perdure/home';

/** Creates `file` and the folders above it; refuses where it exists. */
export function writeNewFile(file: string, text: string): void {
  const folder = dirname(file);
  try {
    makeFolder(folder);
  } catch (error) {
    throw notWritable(pathOf(error) ?? folder, error);
  }
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? alreadyThere(file) : notWritable(file, error);
  }
}

/** For who writes several files, and none where one of them is there. */
export function refuseExisting(file: string): void {
  let isThere = false;
  try {
    isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // What stands in the way is told by the writing.
  }
  if (isThere) throw alreadyThere(file);
}

function alreadyThere(file: string): PerdureError {
  const message = `${file} already exists and was left as it is; choose another name.`;
  return new PerdureError('conflict', message, { details: { file } });
}

function notWritable(path: string, cause: unknown): PerdureError {
  const message = `${path} cannot be written (${codeOf(cause) ?? 'unknown error'}); choose another folder.`;
  return new PerdureError('invalid_input', message, { details: { path }, cause });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The folder that could not be made, where the failure names it. */
function pathOf(error: unknown): string | undefined {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined;
}
