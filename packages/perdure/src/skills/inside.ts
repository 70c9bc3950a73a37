/** Writing inside one folder and nowhere else: a link on the way that leads out of it is refused, not followed. */

import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { makeFolder, replaceFile } from '@perdure/home';

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
  const folder = dirname(path);
  assertInside(base, folder);
  makeFolder(folder);
  // A link that stays inside, as somebody keeps `.claude` elsewhere in the same folder, is their arrangement.
  replaceFile(join(realpathSync(folder), basename(path)), content, { mode: modeOf(path) });
}

/** Who reads a file that is there goes on doing so; a new one is read as any other in its folder. */
function modeOf(path: string): number {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true ? found.mode & 0o777 : 0o666;
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
