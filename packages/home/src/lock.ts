/**
 * One launcher per state root. The lock is the kernel's, held through SQLite, so it is gone the moment its holder dies,
 * however it dies; a file with a pid in it would outlive a kill -9. It is the file's: where that is deleted under its
 * holder, a new one is made and locked, so that no second launcher begins on the same root.
 */

import { chmodSync, rmSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { PerdureError } from '@perdure/contract';
import type { HomePaths } from './layout.ts';
import { identityOf, isSameProcess, readIdentity, writeIdentity } from './process-identity.ts';

export interface HomeLock {
  release(): void;
}

const sqliteBusy = 5;

const lookEveryMs = 500;

/** Takes the state root for this process, or refuses with the pid of the launcher that has it. */
export async function lockHome(paths: HomePaths): Promise<HomeLock> {
  const { DatabaseSync } = await import('node:sqlite');
  let held = takeLock(paths, DatabaseSync);
  const clock = setInterval(() => {
    if (identityOfFile(paths.launcherLock) === held.file) return;
    try {
      const again = takeLock(paths, DatabaseSync);
      held.database.close();
      held = again;
    } catch {
      // A full disk, or somebody was faster: looked at again, as long as this process runs.
    }
  }, lookEveryMs);
  clock.unref();
  return {
    release() {
      clearInterval(clock);
      if (!held.database.isOpen) return;
      rmSync(paths.launcherProcess, { force: true });
      held.database.close();
    },
  };
}

interface HeldLock {
  readonly database: DatabaseSync;
  /** Which file is locked. */
  readonly file: string | undefined;
}

function takeLock(paths: HomePaths, Database: typeof DatabaseSync): HeldLock {
  const database = new Database(paths.launcherLock, { timeout: 0 });
  try {
    chmodSync(paths.launcherLock, 0o600);
    database.exec('BEGIN EXCLUSIVE');
    const self = identityOf(process.pid);
    if (self !== undefined) writeIdentity(paths.launcherProcess, self);
    return { database, file: identityOfFile(paths.launcherLock) };
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) throw alreadyRunning(paths);
    throw error;
  }
}

/** Never opened for it: that would drop the lock. */
function identityOfFile(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

function alreadyRunning(paths: HomePaths): PerdureError {
  const holder = readIdentity(paths.launcherProcess);
  const pid = holder !== undefined && isSameProcess(holder) ? holder.pid : undefined;
  const who = pid === undefined ? 'another process' : `process ${pid}`;
  return new PerdureError(
    'already_running',
    `Perdure is already running on ${paths.root} (${who}): use it, stop it with \`perdure down\`, or choose another state root with --home.`,
    { details: { pid, home: paths.root } },
  );
}
