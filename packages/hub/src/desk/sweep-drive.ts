/**
 * Removes what nobody goes on with (D2): rows that have ended, with their bytes, and bytes that no row knows, which a
 * process left behind that was killed.
 */

import type { DriveDeps } from './drive-deps.ts';

/**
 * Bytes that no row knows may be on their way, or belong to a database that somebody has put another one in the place
 * of; a day is time to put it back.
 */
const unknownMs = 86_400_000;

export async function sweepDrive({ drive, bytes, clock }: Pick<DriveDeps, 'drive' | 'bytes' | 'clock'>): Promise<void> {
  const now = clock();
  for (const blob of await drive.expire(now)) await bytes.remove(blob);
  // Names first: what comes meanwhile is in no list of them.
  const names = await bytes.names();
  const known = await drive.blobs();
  for (const name of names) if (!known.has(name)) await bytes.removeIfOlder(name, now - unknownMs);
}
