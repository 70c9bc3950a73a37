/** Joins the drive to its folder, to the key of its links, and to the sweep. */

import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { newId, type Database, type GroupCommit } from '@perdure/db';
import { ensureLinkKey, type HomePaths } from '@perdure/home';
import { openDriveFolder } from '@perdure/hub/bytes';
import { createLinks, sweepDrive, type DriveDeps } from '@perdure/hub/desk';
import { createDriveStore } from '@perdure/hub/store';

/** What nobody goes on with has an hour, so that this is often enough. */
const sweepMs = 3_600_000;

export interface OpenDriveDeps extends Pick<DriveDeps, 'links' | 'sends' | 'publish' | 'log'> {
  readonly database: Database;
  readonly group: GroupCommit;
  readonly paths: HomePaths;
}

export interface OpenDrive {
  readonly deps: DriveDeps;
  close(): void;
}

export function openLinks(paths: HomePaths): ReturnType<typeof createLinks> {
  return createLinks(Buffer.from(ensureLinkKey(paths, randomBytes), 'base64url'));
}

export function openDrive({ database, group, paths, links, sends, publish, log }: OpenDriveDeps): OpenDrive {
  const deps: DriveDeps = {
    drive: createDriveStore(database, group),
    bytes: openDriveFolder({ folder: paths.drive, newName: randomUUIDv7 }),
    links,
    sends,
    publish,
    clock: Date.now,
    newId,
    log,
  };
  const sweep = (): void => {
    sweepDrive(deps).catch((error: unknown) => log(`The drive could not be swept, and is later: ${String(error)}`));
  };
  sweep();
  const sweeping = setInterval(sweep, sweepMs);
  return { deps, close: () => clearInterval(sweeping) };
}
