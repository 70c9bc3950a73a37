/**
 * What a database is held against when everything is started: damage is refused before anything is done with it. To be
 * called by whoever is alone with the file; opening and closing it also brings the whole record out of its log, so that
 * a young one does not lie in a file that looks like it may be thrown away.
 */

import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { damaged, toStorageError } from './errors.ts';
import { refuseLostTail } from './lost-tail.ts';
import { openConnection } from './open.ts';
import { fileIdentity, indexIdentity } from './place.ts';
import { refuseShortRecord, type ReachNote } from './reach.ts';

export interface InspectOptions {
  readonly path: string;
  /** Whether our tables may be added to a database of another program. */
  readonly init: boolean;
  /** Which file was the index of its log when it was last in use (`indexIdentity`); default: nobody knows. */
  readonly index?: string | undefined;
  /** How far the record had got when it was last in use (`noteReach`). */
  readonly reach?: ReachNote;
  /** Larger ones are not read through; default 256 MiB, about a second. */
  readonly largestChecked?: number;
}

const largestChecked = 256 * 2 ** 20;

/**
 * Makes the database where there is none. Answers which file it is, for `OpenOptions.identity`.
 *
 * @throws PerdureError with a `storage_…` code
 */
export async function inspectDatabase(options: InspectOptions): Promise<string> {
  const { path, init, index, reach } = options;
  // Of a copy the two may be of different moments, and neither says anything about the other.
  if (index !== undefined && indexIdentity(path) === index) refuseLostTail(path);
  const isSmall = () => statSync(path).size <= (options.largestChecked ?? largestChecked);
  const database = await openConnection({ path, init });
  try {
    const { sqlite } = database;
    await refuseOtherTables(sqlite, path);
    if (reach !== undefined) refuseShortRecord(database, reach);
    if (isSmall()) refuseDamage(sqlite, path);
  } catch (error) {
    throw toStorageError(error, path);
  } finally {
    database.close();
  }
  return fileIdentity(path) ?? '';
}

function refuseDamage(sqlite: DatabaseSync, path: string): void {
  const found = Object.values(sqlite.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
  if (found !== 'ok') throw damaged(String(found), { path });
}

/** Its version says what it holds: tables and columns that are missing were taken away by somebody, or by a fault. */
async function refuseOtherTables(sqlite: DatabaseSync, path: string): Promise<void> {
  const [{ migrations }, { createKysely }] = await Promise.all([
    import('./migrations/index.ts'),
    import('./dialect.ts'),
  ]);
  const model = new DatabaseSync(':memory:');
  try {
    const { schema } = createKysely(model);
    for (const migration of migrations)
      for (const statement of migration.statements(schema)) model.exec(statement.compile().sql);
    const found = new Set(columnsOf(sqlite));
    const missing = columnsOf(model).find((column) => !found.has(column));
    if (missing !== undefined) throw damaged(`it has no ${missing}`, { path });
  } finally {
    model.close();
  }
}

function columnsOf(sqlite: DatabaseSync): readonly string[] {
  return sqlite
    .prepare(
      `SELECT m.name || '.' || c.name AS name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type IN ('table', 'view')`,
    )
    .all()
    .map((row) => String(row['name']));
}
