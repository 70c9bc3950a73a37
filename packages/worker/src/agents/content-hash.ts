/** The hash by which a step tells which version of an agent it used. */

import { createHash } from 'node:crypto';

export interface FolderFile {
  /** Relative to the folder, with `/` on every platform. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * SHA-256 over paths and bytes, in the order of the paths. Lengths are hashed too, so that no byte can pass from one
 * file to another.
 */
export function contentHash(files: readonly FolderFile[]): string {
  const hash = createHash('sha256');
  for (const { path, bytes } of files.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    hash.update(`${Buffer.byteLength(path)}:${path}${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}
