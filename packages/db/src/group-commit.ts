/**
 * Group commit: everything that asks for a write within one turn of the event loop shares one transaction, and so one fsync.
 *
 * G1 A member's promise resolves only after the COMMIT that holds its writes has returned.
 * G2 A member that throws never fails its neighbours: the group is rolled back and each member runs again in a transaction of its own.
 *    Members must therefore be repeatable: they may touch the database and nothing else.
 * G3 Between transactions the lock is left to other processes as `LockBudget` says.
 */

import type { Database } from './open.ts';
import { isSyncFailure, toStorageError } from './errors.ts';
import { LockBudget } from './lock-budget.ts';

interface Member {
  readonly write: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  readonly budget?: LockBudget;
  /** Called when the kernel refused to sync: what is on disk is unknown, so the process should end and start again. */
  readonly onSyncFailure?: (error: unknown) => void;
}

export interface GroupCommit {
  /** Runs `write` inside the next transaction. Rejects with a `storage_…` PerdureError when that cannot be committed. */
  run<T>(write: () => T): Promise<T>;
}

export function createGroupCommit(database: Database, options: GroupCommitOptions = {}): GroupCommit {
  const { sqlite, path } = database;
  const budget = options.budget ?? new LockBudget();
  const begin = sqlite.prepare('BEGIN IMMEDIATE');
  const commit = sqlite.prepare('COMMIT');
  const rollback = sqlite.prepare('ROLLBACK');
  let waiting: Member[] = [];
  let isScheduled = false;

  const transact = (writes: readonly (() => unknown)[]): unknown[] => {
    begin.run();
    const from = performance.now();
    try {
      const results = writes.map((write) => write());
      commit.run();
      return results;
    } catch (error) {
      if (sqlite.isTransaction) rollback.run();
      if (isSyncFailure(error)) options.onSyncFailure?.(error);
      throw error;
    } finally {
      budget.spend(from, performance.now());
    }
  };

  const runAlone = (member: Member): void => {
    try {
      member.resolve(transact([member.write])[0]);
    } catch (error) {
      member.reject(toStorageError(error, path));
    }
  };

  const flush = (): void => {
    const pause = budget.waitMs(performance.now());
    if (pause > 0) {
      setTimeout(flush, pause);
      return;
    }
    isScheduled = false;
    const group = waiting;
    waiting = [];
    const [only] = group;
    if (only !== undefined && group.length === 1) {
      runAlone(only);
      return;
    }
    try {
      const results = transact(group.map((member) => member.write));
      for (const [index, member] of group.entries()) member.resolve(results[index]);
    } catch {
      for (const member of group) runAlone(member);
    }
  };

  return {
    run: <T>(write: () => T) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ write, resolve: resolve as Member['resolve'], reject });
        if (isScheduled) return;
        isScheduled = true;
        setImmediate(flush);
      }),
  };
}
