/** A number that changes whenever another connection has written to the database: a cheap reason to look again. */

import type { Connection } from './open.ts';

export function dataVersionOf({ sqlite }: Pick<Connection, 'sqlite'>): () => number {
  const statement = sqlite.prepare('PRAGMA data_version');
  return () => Number(statement.get()?.['data_version']);
}
