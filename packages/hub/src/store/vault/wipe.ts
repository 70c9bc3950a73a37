/**
 * What is deleted is written over. SQLite leaves it in the free parts of its pages otherwise: a value that was rotated
 * out, or the key of a vault that was deleted, could be found there by who has the file and the key. Its log holds the
 * pages of before until it begins anew.
 */

import type { Connection } from '@perdure/db';

/** To be called within a transaction. Elsewhere nobody pays for it: the pragma holds for the connection. */
export function wiping<T>({ sqlite }: Pick<Connection, 'sqlite'>, work: () => T): T {
  sqlite.exec('PRAGMA secure_delete = ON');
  try {
    return work();
  } finally {
    sqlite.exec('PRAGMA secure_delete = OFF');
  }
}
