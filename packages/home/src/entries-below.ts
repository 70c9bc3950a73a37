/**
 * What lies below a folder. Node's own `recursive` follows links to folders: out of the folder, and round in circles.
 */

import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/** Links are told as what they are, and not followed. */
export function entriesBelow(folder: string): readonly Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry, ...entriesBelow(join(folder, entry.name))] : [entry],
  );
}
