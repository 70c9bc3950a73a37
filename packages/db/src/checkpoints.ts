/**
 * Brings what was recorded out of the log and into the database, each minute. SQLite does so after a thousand pages: of
 * a young or a quiet record everything would lie in a file that looks as if it might be thrown away.
 */

import type { Connection } from './open.ts';

const everyMs = 60_000;

export function keepCheckpointed(database: Connection): { close(): void } {
  const clock = setInterval(() => checkpoint(database), everyMs);
  clock.unref();
  return { close: () => clearInterval(clock) };
}

/** As far as that is possible without waiting for anybody. */
export function checkpoint({ sqlite, displaced }: Connection): void {
  if (!sqlite.isOpen || displaced() !== undefined) return;
  try {
    sqlite.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {
    // A full disk, for one: the log keeps everything, and the next minute comes.
  }
}
