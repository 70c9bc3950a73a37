/** Copies what ships into a home: plain files alone, each at once, for this account alone. */

import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { entriesBelow, makeFolder, replaceFile } from '@perdure/home';

/** Files below a folder of this name are not for who runs it. */
const left = new Set(['test', 'node_modules']);

export function copyFolder(from: string, to: string): void {
  const files = entriesBelow(from).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const path = join(relative(from, parentPath), name);
    if (path.split('/').some((part) => left.has(part))) continue;
    makeFolder(dirname(join(to, path)), 0o700);
    replaceFile(join(to, path), readFileSync(join(parentPath, name)), { sync: false });
  }
}
