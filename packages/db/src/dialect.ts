/** Kysely over `node:sqlite`: a shim, since Kysely's own dialect was written for another driver of the same shape. */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { Schema } from './schema.ts';

export function createKysely(sqlite: DatabaseSync): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: nodeSqliteDialect(sqlite) });
}

function nodeSqliteDialect(sqlite: DatabaseSync): SqliteDialect {
  return new SqliteDialect({
    database: {
      close: () => {
        // The owner of the connection closes it; Kysely only borrows it.
      },
      prepare: (sql) => {
        const statement = sqlite.prepare(sql);
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
          run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
          iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
        };
      },
    },
  });
}
