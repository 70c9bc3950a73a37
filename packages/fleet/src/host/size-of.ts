/**
 * What lies below a folder, in bytes of a disk. Links are not followed; what goes meanwhile, and holes of files, count
 * for nothing.
 */

import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export async function sizeOf(folder: string): Promise<number> {
  let size = 0;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const above = next;
    const entries = await readdir(above, { withFileTypes: true }).catch(() => []);
    for (const { name } of entries.filter((entry) => entry.isDirectory())) folders.push(join(above, name));
    const files = entries.filter((entry) => entry.isFile());
    const sizes = await Promise.all(files.map(({ name }) => lstat(join(above, name)).catch(() => undefined)));
    size += sizes.reduce((sum, each) => sum + (each === undefined ? 0 : Math.min(each.size, each.blocks * 512)), 0);
  }
  return size;
}
