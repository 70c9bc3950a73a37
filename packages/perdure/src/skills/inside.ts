/** Writing inside one folder and nowhere else: a link on the way that leads out of it is refused, not followed. */

import { existsSync, lstatSync, mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { PerdureError } from '@perdure/contract';

/**
 * @throws PerdureError `conflict` where a part of the path, or the file itself, is a link that leads out of `base` or
 * nowhere.
 */
export function assertInside(base: string, path: string): void {
  const parts = relative(base, path).split(sep);
  if (parts[0] === '..') throw leadsOut(path, base);
  for (let count = 1; count <= parts.length; count += 1) {
    const part = join(base, ...parts.slice(0, count));
    if (!isLink(part)) continue;
    const target = existsSync(part) ? relative(realpathSync(base), realpathSync(part)) : '..';
    if (target === '..' || target.startsWith(`..${sep}`)) throw leadsOut(part, base);
  }
}

/** The whole file or nothing of it; a link in its place is replaced and what it leads to is left alone. */
export function writeInside(base: string, path: string, content: string | Uint8Array): void {
  assertInside(base, dirname(path));
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.draft`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function leadsOut(path: string, base: string): PerdureError {
  return new PerdureError(
    'conflict',
    `${path} leads out of ${base}, so nothing was written; put a folder in its place.`,
    {
      details: { path },
    },
  );
}
