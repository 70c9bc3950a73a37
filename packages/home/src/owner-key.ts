/** The key of the person who owns this state root: made once, kept in a file only this account can read. */

import { PerdureError } from '@perdure/contract';
import { createFile, readFileIfAny } from './files.ts';
import type { HomePaths } from './layout.ts';

const prefix = 'sk_perdure_';

/** The owner's key, made now if there is none. Two that make one at the same time come away with the same. */
export function ensureOwnerKey(paths: HomePaths, randomBytes: (size: number) => Buffer): string {
  const found = readOwnerKey(paths);
  if (found !== undefined) return found;
  const made = `${prefix}${randomBytes(32).toString('base64url')}`;
  if (createFile(paths.ownerKey, `${made}\n`)) return made;
  return readOwnerKey(paths) ?? made;
}

/** Undefined where none was made yet. */
export function readOwnerKey(paths: HomePaths): string | undefined {
  const text = readFileIfAny(paths.ownerKey);
  if (text === undefined) return undefined;
  const key = text.trim();
  if (key.startsWith(prefix)) return key;
  throw new PerdureError(
    'config_invalid',
    `${paths.ownerKey} holds no owner's key: move the file away, and the next \`perdure up\` makes a new one.`,
  );
}
