/** What lies below a folder, in bytes. Links are not followed, and what goes meanwhile counts for nothing. */

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
    const sizes = await Promise.all(files.map(({ name }) => lstat(join(above, name)).catch(() => ({ size: 0 }))));
    size += sizes.reduce((sum, each) => sum + each.size, 0);
  }
  return size;
}
