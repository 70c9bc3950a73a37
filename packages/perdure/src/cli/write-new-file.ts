/** Scaffolding writes new files and nothing else: what is already there is somebody's work. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PerdureError } from '@perdure/contract';

/** Creates `file` and the folders above it; refuses where it exists. */
export function writeNewFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
    throw new PerdureError('conflict', `${file} already exists and was left as it is; choose another name.`, {
      details: { file },
    });
  }
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
