/**
 * What a backup is: a folder laid out as a state root, with the parts that cannot be made anew, and a list of them that
 * is written last. Without the list it is none: something ended it in the middle.
 */

import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { readFileIfAny } from '../files.ts';

export const manifestName = 'backup.json';

export interface BackedUpFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** `none`: there is no such file; the key is with systemd or a passphrase, or there are no vaults. */
export type VaultKeyOf = 'included' | 'left_out' | 'none';

export interface Manifest {
  readonly format: 1;
  /** ISO 8601. */
  readonly made_at: string;
  /** The version of Perdure that made it. */
  readonly made_by: string;
  /** The state root that it is of. */
  readonly origin: { readonly id: string; readonly path: string };
  readonly vault_key: VaultKeyOf;
  readonly files: readonly BackedUpFile[];
}

/** Files of a state root that a backup holds; below them whole folders. */
export const keptFiles = ['perdure.config.yaml', '.env'] as const;
export const keptFolders = ['drive', 'tasks/archive'] as const;
/** Of agents that were taken away or changed: they may be large, and are taken along where that is said. */
export const archivesFolder = 'archives';
export const recordFile = 'perdure.db';
/** The key of the vaults, and one that is about to take its place. */
const vaultKeys = /^run\/vault-key(\.[\w-]+)?$/;

/** @throws PerdureError `not_found` where `folder` is no finished backup, `invalid_input` where its list is not ours */
export function readManifest(folder: string): Manifest {
  const text = readFileIfAny(join(folder, manifestName));
  if (text === undefined) {
    throw new PerdureError(
      'not_found',
      `${folder} is no finished backup: there is no ${manifestName} in it. Name a folder that \`perdure backup\` has made; a state root that was copied by hand is adopted with \`perdure trust\`.`,
    );
  }
  const value = parsed(text);
  if (isManifest(value)) return value;
  throw new PerdureError(
    'invalid_input',
    `${join(folder, manifestName)} is not what this version of Perdure writes, so nothing was restored: take the backup whole from where it was kept, or use the version that made it.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isManifest(value: unknown): value is Manifest {
  const { format, made_at, made_by, origin, vault_key, files } = (value ?? {}) as Partial<Manifest>;
  const texts = [made_at, made_by, origin?.id, origin?.path, vault_key];
  return (
    format === 1 &&
    texts.every((text) => typeof text === 'string') &&
    Array.isArray(files) &&
    files.every(isFile) &&
    files.some(({ path }) => path === recordFile)
  );
}

function isFile(value: unknown): value is BackedUpFile {
  const { path, bytes, sha256 } = (value ?? {}) as Partial<BackedUpFile>;
  return typeof path === 'string' && isPlace(path) && Number.isSafeInteger(bytes) && typeof sha256 === 'string';
}

/** Whether a file may lie there: a list that somebody wrote names no other place of the machine. */
function isPlace(path: string): boolean {
  if ([recordFile, ...keptFiles].includes(path) || vaultKeys.test(path)) return true;
  const parts = path.split('/');
  const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'));
  return isPlain && [...keptFolders, archivesFolder].some((folder) => path.startsWith(`${folder}/`));
}
