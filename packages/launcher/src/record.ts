/**
 * The record, as the launcher sees it: it looks at the database before anything is started on it, tells the parts which
 * file it is, and says so where that is taken away under them.
 */

import { statSync } from 'node:fs';
import { fileIdentity, inspectDatabase, replaced } from '@perdure/db';
import type { HomePaths } from '@perdure/home';
import { holdsData } from './restate/damaged-data.ts';

/**
 * Answers which file the database is; made where there is none.
 *
 * @throws PerdureError with a `storage_…` code
 */
export async function openRecord(
  paths: HomePaths,
  { init, log }: { readonly init: boolean; readonly log: (message: string) => void },
): Promise<string> {
  const state = emptiness(paths.database);
  const left = state === undefined ? [] : [paths.engine, paths.workspaces].filter(holdsData);
  if (left.length > 0) {
    log(
      `The database ${paths.database} ${state}, beside what earlier runs have left in ${left.join(' and ')}: a new, empty record begins. If that is not what you meant, stop, and restore a backup.`,
    );
  }
  return await inspectDatabase({ path: paths.database, init });
}

/** Undefined where it holds something. */
function emptiness(database: string): string | undefined {
  const size = statSync(database, { throwIfNoEntry: false })?.size;
  if (size === undefined) return 'is missing';
  return size === 0 ? 'is empty' : undefined;
}

const lookEveryMs = 1_000;

export interface WatchRecordOptions {
  /** Of the file that the parts have open. */
  readonly identity: string;
  readonly log: (message: string) => void;
}

/** Tells once where the database is no longer in its place, and once when it is back. */
export function watchRecord(paths: HomePaths, { identity, log }: WatchRecordOptions): { close(): void } {
  let isGone = false;
  const clock = setInterval(() => {
    const wasGone = isGone;
    isGone = fileIdentity(paths.database) !== identity;
    if (isGone && !wasGone) log(replaced(paths.database).message);
    if (!isGone && wasGone) log(`${paths.database} is back in its place.`);
  }, lookEveryMs);
  return { close: () => clearInterval(clock) };
}
