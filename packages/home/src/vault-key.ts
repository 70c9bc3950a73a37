/**
 * The root key of the vaults, where it is kept in a file that only this account can read. Whoever makes a backup of the
 * database and not of this file has a backup of no secret.
 */

import { createFile, readFileIfAny } from './files.ts';
import type { HomePaths } from './layout.ts';

/** Undefined where there is none. */
export function readVaultKey(paths: HomePaths): string | undefined {
  return readFileIfAny(paths.vaultKey);
}

/** Makes it, and gives what lies there: where two make it at the same time, what the first one made. */
export function createVaultKey(paths: HomePaths, text: string): string {
  return createFile(paths.vaultKey, text) ? text : (readFileIfAny(paths.vaultKey) ?? text);
}
