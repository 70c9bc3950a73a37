/**
 * Brings a database to the newest schema: all missing migrations in one exclusive transaction, the version kept in
 * `user_version`.
 *
 * Kysely's own migrator takes no lock on SQLite and runs each statement on its own; two processes that open a new root
 * at the same moment, or a kill in the middle, would leave half a schema. Its schema builder writes the statements all
 * the same. Nothing is awaited under the lock: a second opener in this process would block the very loop that has to
 * release it.
 */

import type { DatabaseSync } from 'node:sqlite';
import { PerdureError } from '@perdure/contract';
import type { migrations as all } from './migrations/index.ts';

/** The number of all migrations, as its type makes sure: they are loaded only where one is missing. */
const newestVersion: (typeof all)['length'] = 28;

/** Marks a file as ours (`PRAGMA application_id`): the letters PRDU. */
const applicationId = 0x50524455;

function pragma(sqlite: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(sqlite.prepare(`PRAGMA ${name}`).get()?.[name]);
}

/** The number of migrations that a database has had. */
export function schemaVersionOf({ sqlite }: { readonly sqlite: DatabaseSync }): number {
  return pragma(sqlite, 'user_version');
}

function tableCount(sqlite: DatabaseSync): number {
  return Number(sqlite.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table'`).get()?.['n']);
}

function refuseForeign(sqlite: DatabaseSync, path: string): void {
  if (pragma(sqlite, 'application_id') === applicationId || tableCount(sqlite) === 0) return;
  throw new PerdureError(
    'storage_foreign',
    `${path} is a database of another program and was left untouched; choose another state root with --home, or add our tables to it with \`perdure up --init\`.`,
  );
}

/**
 * @throws PerdureError `storage_foreign` for another program's database, `storage_newer` for one written by a newer
 * version.
 */
export async function migrate(
  sqlite: DatabaseSync,
  options: { readonly path: string; readonly init: boolean },
): Promise<void> {
  if (pragma(sqlite, 'application_id') === applicationId && pragma(sqlite, 'user_version') === newestVersion) return;
  const [{ migrations }, { createKysely }] = await Promise.all([
    import('./migrations/index.ts'),
    import('./dialect.ts'),
  ]);
  const { schema } = createKysely(sqlite);
  sqlite.exec('BEGIN EXCLUSIVE');
  try {
    // Read again under the lock: another process may have migrated meanwhile.
    if (!options.init) refuseForeign(sqlite, options.path);
    const version = pragma(sqlite, 'user_version');
    if (version > newestVersion) {
      throw new PerdureError(
        'storage_newer',
        `${options.path} was written by a newer version of Perdure (schema ${version}, this one knows ${newestVersion}); update Perdure.`,
      );
    }
    for (const migration of migrations.slice(version)) {
      for (const statement of migration.statements(schema)) sqlite.exec(statement.compile().sql);
    }
    sqlite.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${newestVersion}`);
    sqlite.exec('COMMIT');
  } catch (error) {
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
    throw error;
  }
}
