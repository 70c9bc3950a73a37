/**
 * The record, as the launcher sees it: it looks at the database before anything is started on it, tells the parts which
 * file it is, and says so where that is taken away under them.
 */

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileIdentity, indexIdentity, inspectDatabase, replaced } from '@perdure/db';
import { messageOf } from '@perdure/contract';
import { replaceFile, type HomePaths } from '@perdure/home';
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
  const left = state === undefined ? [] : [paths.engine, paths.workspaces, paths.drive].filter(holdsData);
  if (left.length > 0) {
    log(
      `The database ${paths.database} ${state}, beside what earlier runs have left in ${left.join(' and ')}: a new, empty record begins. If that is not what you meant, stop, and restore a backup.`,
    );
  }
  const reach = { path: paths.recordReach, text: textOf(paths.recordReach) };
  return await inspectDatabase({ path: paths.database, init, index: textOf(indexNote(paths))?.trim(), reach });
}

/** Keeps which file is the index of the log: the next launcher knows by it whether the two belong together. */
function indexNote({ run }: HomePaths): string {
  return join(run, 'record-index');
}

/** Undefined where nobody has noted it. */
function textOf(note: string): string | undefined {
  try {
    return readFileSync(note, 'utf8');
  } catch {
    return undefined;
  }
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
  let noted: string | undefined;
  const clock = setInterval(() => {
    noted = noteIndex(paths, { noted, log });
    const wasGone = isGone;
    isGone = fileIdentity(paths.database) !== identity;
    if (isGone && !wasGone) log(replaced(paths.database).message);
    if (!isGone && wasGone) log(`${paths.database} is back in its place.`);
  }, lookEveryMs);
  return { close: () => clearInterval(clock) };
}

interface IndexNote extends Pick<WatchRecordOptions, 'log'> {
  /** What was written last. */
  readonly noted: string | undefined;
}

function noteIndex(paths: HomePaths, { noted, log }: IndexNote): string | undefined {
  const index = indexIdentity(paths.database);
  if (index === undefined || index === noted) return noted;
  try {
    replaceFile(indexNote(paths), `${index}\n`);
  } catch (error) {
    log(
      `${indexNote(paths)} cannot be written (${messageOf(error)}): a record that loses its newest part is not noticed.`,
    );
  }
  return index;
}
