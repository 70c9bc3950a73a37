/**
 * Takes runs that have ended out of the record. A run goes in one transaction, with all below it: from then on nobody
 * finds it, and nothing goes on from half of it. What it has left behind follows in transactions of a bounded size, so
 * that others get their turn at the lock; who was killed in between goes on where it stopped.
 *
 * The room is used again by what is recorded next; the file does not become smaller.
 */

import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { finishedStatuses, type RunStatus } from '@perdure/contract';
import type { Database, GroupCommit } from '@perdure/db';
import { decideRemoval } from '../decide/remove.ts';
import type { EndedRuns, RemovalOutcome, RunRemoval } from '../desk/ports.ts';

/** Rows that one transaction takes away. */
const rowsAtOnce = 500;

export function createRunRemoval(database: Database, group: GroupCommit): RunRemoval {
  const remove = createRemove(database);
  const clear = createClear(database);
  const { sqlite } = database;
  const left = sqlite.prepare('SELECT run_id FROM removals ORDER BY run_id');
  const forget = sqlite.prepare('DELETE FROM removals WHERE run_id = ?');
  return {
    endedBefore: async (ended) => findEnded(database, ended),
    remove: (runId) => group.run(() => remove(runId)),
    left: async () => left.all().map((row) => String(row['run_id'])),
    clear: (runId) => group.run(() => clear(runId)),
    forget: async (runId) => {
      await group.run(() => forget.run(runId));
    },
  };
}

function findEnded({ sqlite }: Database, { before, statuses = finishedStatuses, limit }: EndedRuns): readonly string[] {
  const found = sqlite.prepare(`
    SELECT id FROM runs
    WHERE ended_at < ? AND status IN (${statuses.map(() => '?').join(', ')})
      AND NOT EXISTS (SELECT 1 FROM runs AS above WHERE above.id = runs.parent_run)
      AND NOT EXISTS (
        WITH RECURSIVE below (id, ended_at) AS (
          SELECT part.id, part.ended_at FROM runs AS part WHERE part.parent_run = runs.id
          UNION ALL SELECT part.id, part.ended_at FROM runs AS part JOIN below ON part.parent_run = below.id
        ) SELECT 1 FROM below WHERE ended_at IS NULL
      )
    ORDER BY ended_at, id LIMIT ?`);
  return found.all(before, ...statuses, limit).map((row) => String(row['id']));
}

interface RowBelow {
  readonly id: string;
  readonly status: RunStatus;
}

function createRemove({ sqlite }: Database): (runId: string) => RemovalOutcome {
  const readRun = sqlite.prepare(
    'SELECT status, (SELECT above.id FROM runs AS above WHERE above.id = runs.parent_run) AS parent FROM runs WHERE id = ?',
  );
  const readBelow = sqlite.prepare(`
    WITH RECURSIVE below (id, status) AS (
      SELECT id, status FROM runs WHERE parent_run = ?
      UNION ALL SELECT runs.id, runs.status FROM runs JOIN below ON runs.parent_run = below.id
    ) SELECT id, status FROM below`);
  const deleteRun = sqlite.prepare('DELETE FROM runs WHERE id = ? RETURNING output_blob');
  const note = sqlite.prepare('INSERT INTO removals (run_id) VALUES (?) ON CONFLICT DO NOTHING');
  const dropBlob = createDropBlob({ sqlite });
  return (runId) => {
    const run = readRun.get(runId) as { status: RunStatus; parent: string | null } | undefined;
    if (run === undefined) return { kind: 'not_found' };
    const below = readBelow.all(runId) as unknown as RowBelow[];
    const decision = decideRemoval(runId, { status: run.status, parent: run.parent ?? undefined, below });
    if (decision.kind !== 'accepted') return decision;
    const removed = [runId, ...below.map(({ id }) => id)];
    for (const id of removed) {
      note.run(id);
      dropBlob(deleteRun.get(id)?.['output_blob']);
    }
    return { kind: 'removed', runIds: removed };
  };
}

/** Takes a bounded part of what a run has left behind; true: nothing is left. */
function createClear({ sqlite }: Database): (runId: string) => boolean {
  const deletions = ['events', 'steps', 'waits', 'orders'].map((table) =>
    sqlite.prepare(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE run_id = ? LIMIT ?)${table === 'steps' ? ' RETURNING result_blob' : ' RETURNING NULL AS result_blob'}`,
    ),
  );
  const dropBlob = createDropBlob({ sqlite });
  return (runId) => {
    let room = rowsAtOnce;
    for (const deletion of deletions) {
      const deleted = deletion.all(runId, room);
      for (const row of deleted) dropBlob(row['result_blob']);
      room -= deleted.length;
      if (room === 0) return false;
    }
    return true;
  };
}

/** Values are shared: one that another run has goes with the last of them. */
function createDropBlob({ sqlite }: Pick<Database, 'sqlite'>): (hash: SQLOutputValue | undefined) => void {
  const drop = sqlite.prepare(`
    DELETE FROM blobs WHERE hash = ?1
      AND NOT EXISTS (SELECT 1 FROM steps WHERE result_blob = ?1) AND NOT EXISTS (SELECT 1 FROM runs WHERE output_blob = ?1)`);
  return (hash) => {
    if (hash !== null && hash !== undefined) drop.run(hash as SQLInputValue);
  };
}
