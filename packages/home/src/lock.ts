/**
 * One launcher per state root. The lock is the kernel's, held through SQLite, so it is gone the moment its holder dies,
 * however it dies; a file with a pid in it would outlive a kill -9.
 */

import { chmodSync, rmSync } from 'node:fs';
import { PerdureError } from '@perdure/contract';
import type { HomePaths } from './layout.ts';
import { identityOf, isSameProcess, readIdentity, writeIdentity } from './process-identity.ts';

export interface HomeLock {
  release(): void;
}

const sqliteBusy = 5;

/** Takes the state root for this process, or refuses with the pid of the launcher that has it. */
export async function lockHome(paths: HomePaths): Promise<HomeLock> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(paths.launcherLock, { timeout: 0 });
  try {
    chmodSync(paths.launcherLock, 0o600);
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) throw alreadyRunning(paths);
    throw error;
  }
  const self = identityOf(process.pid);
  if (self !== undefined) writeIdentity(paths.launcherProcess, self);
  return {
    release() {
      if (!database.isOpen) return;
      rmSync(paths.launcherProcess, { force: true });
      database.close();
    },
  };
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
