/**
 * Opens the database of a state root. WAL with `synchronous=FULL`: a commit has reached the disk when it returns,
 * readers never wait.
 */

import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { PerdureError } from '@perdure/contract';
import { toStorageError } from './errors.ts';
import { migrate } from './migrate.ts';
import { fileIdentity, placeOf, replaced } from './place.ts';
import type { Schema } from './schema.ts';

export interface Connection {
  readonly path: string;
  /** The one connection of this process; statements on the hot path are prepared on it. */
  readonly sqlite: DatabaseSync;
  /** How long a write waits for another process's transaction, in milliseconds. */
  readonly busyTimeoutMs: number;
  /** What is wrong with the place of its files: they were deleted or replaced. Undefined while nothing is. */
  readonly displaced: () => PerdureError | undefined;
  close(): void;
}

export interface Database extends Connection {
  /** The same connection behind Kysely, for everything else. */
  readonly kysely: Kysely<Schema>;
}

export interface OpenOptions {
  readonly path: string;
  /** Whether a missing file is created; default true. */
  readonly create?: boolean;
  /** The one file it may be (`fileIdentity`); default: whatever is there. */
  readonly identity?: string | undefined;
  /** Whether our tables may be added to a database of another program; default false. */
  readonly init?: boolean;
  /** How long a write waits for another process's transaction, in milliseconds; default 5,000. */
  readonly busyTimeoutMs?: number;
}

/**
 * Without Kysely, which takes longer to load than a write takes.
 *
 * @throws PerdureError with a `storage_…` code, or `not_found` when `create` is false and there is no file.
 */
export async function openConnection(options: OpenOptions): Promise<Connection> {
  const { path, create = true, init = false, busyTimeoutMs = 5_000, identity } = options;
  if (identity !== undefined && fileIdentity(path) !== identity) throw replaced(path);
  if (!create && !existsSync(path)) {
    throw new PerdureError('not_found', `There is no database at ${path}; \`perdure up\` creates it.`);
  }
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    chmodSync(path, 0o600);
    await migrate(sqlite, { path, init });
    const opened = sqlite;
    const displaced = placeOf(path);
    return { path, sqlite: opened, busyTimeoutMs, displaced, close: () => opened.isOpen && opened.close() };
  } catch (error) {
    sqlite?.close();
    throw toStorageError(error, path);
  }
}

/** @throws PerdureError as `openConnection` does */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { createKysely } = await import('./dialect.ts');
  const connection = await openConnection(options);
  return { ...connection, kysely: createKysely(connection.sqlite) };
}
