/**
 * All that is in a folder. `readdir` of Node that is told to go down follows links, in circles and out of the folder.
 */

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export async function* walk(folder: string): AsyncGenerator<Dirent> {
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      yield entry;
      if (entry.isDirectory()) folders.push(join(next, entry.name));
    }
  }
}
