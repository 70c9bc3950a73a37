/** Copies what ships into a home: plain files alone, for this account alone, and nothing else is there afterwards. */

import { readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { entriesBelow, makeFolder, replaceFile } from '@perdure/home';

/** Files below a folder of this name are not for who runs it. */
const left = new Set(['test', 'node_modules']);

export function copyFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  makeFolder(to, 0o700);
  for (const [path, content] of filesOfShip(from)) {
    makeFolder(dirname(join(to, path)), 0o700);
    replaceFile(join(to, path), content, { sync: false });
  }
}

/** Names, and what lies in them. */
export function filesOfShip(from: string): readonly (readonly [path: string, content: string])[] {
  const files = entriesBelow(from).filter((entry) => entry.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const path = join(relative(from, parentPath), name);
    if (path.split('/').some((part) => left.has(part))) return [];
    return [[path, readFileSync(join(parentPath, name), 'utf8')] as const];
  });
}
