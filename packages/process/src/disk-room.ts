/**
 * Whether the disk has room to go on. Below a few MiB writes begin to fail, one part of the product after the other.
 */

import { statfs } from 'node:fs/promises';

const neededBytes = 8 * 2 ** 20;

/** True also where the system does not tell: a quota, for one, is not seen here. */
export async function hasRoom(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= neededBytes;
  } catch {
    return true;
  }
}
