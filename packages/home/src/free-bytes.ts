/** How much this account may still write onto the disk of a folder. */

import { statfs } from 'node:fs/promises';

export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
