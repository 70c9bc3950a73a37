/**
 * How far a record had got a moment before it was last in use. Where its log and the index of that are removed
 * together, nothing in the database tells that something is missing: what was recorded in the last minute would be done
 * again. So each second a note is made beside it, without a sync, of the last event of all runs: rows are numbered in
 * the order in which they were recorded. Not of tasks: they are archived also while nobody makes notes.
 *
 * The note is of this very file, and of its present numbering: `VACUUM` numbers anew.
 */

import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { PerdureError } from '@perdure/contract';
import type { Connection } from './open.ts';

/** A note, as text, and where it lies. */
export interface ReachNote {
  readonly path: string;
  /** Absent where nobody has made one. */
  readonly text?: string | undefined;
}

interface Reach {
  readonly schema: number;
  readonly events: number;
}

const everyMs = 1_000;

/** Tells `keep` the text of the note, now and whenever it has changed, looking each second. */
export function noteReach(database: Connection, keep: (text: string) => void): { close(): void } {
  const look = reachOf(database.sqlite);
  const file = birthOf(database.path);
  let kept: string | undefined;
  const note = (): void => {
    if (!database.sqlite.isOpen || database.displaced() !== undefined) return;
    try {
      const text = JSON.stringify({ file, ...look() });
      if (text !== kept) keep(text);
      kept = text;
    } catch {
      // A record that cannot be read, or a full disk: the next second comes.
    }
  };
  note();
  const clock = setInterval(note, everyMs);
  clock.unref();
  return {
    close: () => {
      clearInterval(clock);
      note();
    },
  };
}

/** @throws PerdureError `storage_corrupt` where a database that was just opened ends before its note */
export function refuseShortRecord({ sqlite, path }: Pick<Connection, 'sqlite' | 'path'>, note: ReachNote): void {
  const noted = parseNote(note.text);
  if (noted === undefined || noted.file !== birthOf(path)) return;
  const found = reachOf(sqlite)();
  if (noted.schema !== found.schema) return;
  const missing = noted.events - found.events;
  if (missing <= 0) return;
  throw new PerdureError(
    'storage_corrupt',
    `The newest part of the record is lost: ${missing} events of runs that ${path} held when it was last in use are not there; its log was removed, or an older copy was written over it. Keep a copy of the folder and restore a backup; to go on without them, so that runs may do again what they told of, remove ${note.path}.`,
  );
}

/** Numbers of files are given again: a backup that was put in the place of what was removed may have that of it. */
function birthOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}:${found.birthtimeMs}`;
}

function reachOf(sqlite: DatabaseSync): () => Reach {
  const read = sqlite.prepare(`
    SELECT (SELECT schema_version FROM pragma_schema_version) AS schema,
      (SELECT coalesce(max(rowid), 0) FROM events) AS events`);
  return () => read.get() as unknown as Reach;
}

function parseNote(text = ''): (Reach & { readonly file: unknown }) | undefined {
  try {
    const note: unknown = JSON.parse(text);
    if (typeof note !== 'object' || note === null) return undefined;
    const { file, schema, events } = note as Readonly<Record<string, unknown>>;
    if (typeof schema !== 'number' || typeof events !== 'number') return undefined;
    return { file, schema, events };
  } catch {
    return undefined;
  }
}
