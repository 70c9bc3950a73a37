/**
 * Group commit: everything that asks for a write within one turn of the event loop shares one transaction, and so one
 * fsync.
 *
 * G1 A member's promise resolves only after the COMMIT that holds its writes has returned, into a file that lies in its
 *    place: what goes into one that was deleted or replaced is never acknowledged.
 * G2 A member that throws never fails its neighbours: the group is rolled back and each member runs again in a
 *    transaction of its own. Members must therefore be repeatable: they may touch the database and nothing else.
 * G3 Between transactions the lock is left to other processes as `LockBudget` says.
 * G4 A lock that another process holds is asked for each millisecond, and the event loop goes on meanwhile. SQLite's
 *    own waiting blocks the process and backs off to pauses of 25 to 100 ms, in which a busy writer takes the lock many
 *    times over.
 */

import type { Connection } from './open.ts';
import { isBusy, isSyncFailure, toStorageError } from './errors.ts';
import { LockBudget, monotonicMs } from './lock-budget.ts';

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
  /**
   * Runs `write` inside the next transaction. Rejects with a `storage_…` PerdureError when that cannot be committed.
   */
  run<T>(write: () => T): Promise<T>;
}

export function createGroupCommit(database: Connection, options: GroupCommitOptions = {}): GroupCommit {
  const { sqlite, path, displaced } = database;
  const budget = options.budget ?? new LockBudget();
  const lock = createWriteLock(database);
  const commit = sqlite.prepare('COMMIT');
  const rollback = sqlite.prepare('ROLLBACK');
  let waiting: Member[] = [];
  let isScheduled = false;

  /** Runs within a transaction that has begun, and ends it. */
  const transact = (writes: readonly (() => unknown)[]): unknown[] => {
    const from = monotonicMs();
    try {
      const results = writes.map((write) => write());
      commit.run();
      return results;
    } catch (error) {
      if (sqlite.isTransaction) rollback.run();
      if (isSyncFailure(error)) options.onSyncFailure?.(error);
      throw error;
    } finally {
      budget.spend(from, monotonicMs());
    }
  };

  const runAlone = (member: Member): void => {
    try {
      // Standing still, not as G4 says: the group has only just let the lock go.
      lock.takeBlocking();
      acknowledge(database, [member], transact([member.write]));
    } catch (error) {
      member.reject(displaced() ?? toStorageError(error, path));
    }
  };

  const runTogether = (group: readonly Member[]): void => {
    try {
      acknowledge(database, group, transact(group.map((member) => member.write)));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(displaced() ?? toStorageError(error, path));
      else for (const member of group) runAlone(member);
    }
  };

  const flush = (): void => {
    const pause = budget.waitMs(monotonicMs());
    if (pause > 0) {
      setTimeout(flush, pause);
      return;
    }
    const taken = lock.take();
    if (taken.kind === 'busy') {
      setTimeout(flush, askAgainMs);
      return;
    }
    isScheduled = false;
    const group = waiting;
    waiting = [];
    if (taken.kind === 'taken') runTogether(group);
    else for (const member of group) member.reject(toStorageError(taken.error, path));
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

/** Of writes that are committed (G1). */
function acknowledge({ displaced }: Connection, members: readonly Member[], results: readonly unknown[]): void {
  const error = displaced();
  for (const [index, member] of members.entries()) {
    if (error === undefined) member.resolve(results[index]);
    else member.reject(error);
  }
}

const askAgainMs = 1;

type Taken =
  | { readonly kind: 'taken' }
  | { readonly kind: 'busy' }
  /** It cannot be had: another process holds it for too long, or the database cannot be written at all. */
  | { readonly kind: 'refused'; readonly error: unknown };

/**
 * Begins transactions (G4). Whether the files lie in their place is not asked before, since what is found out after the
 * commit is what counts (G1); only where nothing can be begun it is the better reason.
 */
function createWriteLock({ sqlite, busyTimeoutMs, displaced }: Connection) {
  const begin = sqlite.prepare('BEGIN IMMEDIATE');
  let busySince: number | undefined;

  return {
    takeBlocking: () => void begin.run(),
    take: (): Taken => {
      try {
        // Not prepared: SQLite carries this pragma out when it is compiled, and never again.
        sqlite.exec('PRAGMA busy_timeout = 0');
        begin.run();
        busySince = undefined;
        return { kind: 'taken' };
      } catch (error) {
        const now = monotonicMs();
        busySince ??= now;
        if (isBusy(error) && now - busySince <= busyTimeoutMs) return { kind: 'busy' };
        busySince = undefined;
        return { kind: 'refused', error: displaced() ?? error };
      } finally {
        if (sqlite.isOpen) sqlite.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
      }
    },
  };
}
