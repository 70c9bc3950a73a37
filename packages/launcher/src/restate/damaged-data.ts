/**
 * The engine's data, where the engine does not start on it. It is moved aside, for whoever wants to know why, and the
 * engine begins anew: the record is the journal, so nothing is lost by it. Where it does not start without the data
 * either, that was not the reason, and it is put back.
 */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '@perdure/contract';

export interface StartWithData<T> {
  /** The engine's folder. */
  readonly folder: string;
  readonly start: () => Promise<T>;
  /** Whether nobody wants it any more. */
  readonly isGivenUp: () => boolean;
  readonly now: () => Date;
  readonly log: (message: string) => void;
}

/** Starts on the data there is, else without. @throws what the first start said */
export async function startDespiteDamage<T>(options: StartWithData<T>): Promise<T> {
  const { folder, start, log } = options;
  const hadData = holdsData(folder);
  try {
    return await start();
  } catch (error) {
    if (!hadData || options.isGivenUp()) throw error;
    const aside = moveAside(folder, options.now());
    try {
      const started = await start();
      removeOlder(aside);
      log(
        `The engine did not start on its data (${messageOf(error)}), which was moved to ${aside}; it has begun anew. Nothing is lost: all runs are in the record.`,
      );
      return started;
    } catch {
      putBack(folder, aside);
      throw error;
    }
  }
}

/** Other than what is made anew at every start. */
export function holdsData(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => entry.isDirectory() && entry.name !== 'tmp');
}

const asideMark = '.damaged-';

function moveAside(folder: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[:.]/g, '-');
  const aside = `${folder}${asideMark}${stamp}`;
  renameSync(folder, aside);
  mkdirSync(folder, { mode: 0o700 });
  return aside;
}

function putBack(folder: string, aside: string): void {
  rmSync(folder, { recursive: true, force: true });
  renameSync(aside, folder);
}

/** One is enough to look at: each may be large. */
function removeOlder(aside: string): void {
  const [folder, newest] = [dirname(aside), basename(aside)];
  const prefix = newest.slice(0, newest.indexOf(asideMark) + asideMark.length);
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix) && name !== newest) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
