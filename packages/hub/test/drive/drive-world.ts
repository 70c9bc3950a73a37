/** The drive as the server has it, in a folder that the caller made. Time is as late as the caller says. */

import { randomUUIDv7 } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createGroupCommit, newId, openDatabase, type Database } from '@perdure/db';
import type { Principal } from '@perdure/contract';
import { openDriveFolder } from '../../src/bytes/drive-folder.ts';
import { Limiter } from '../../src/core/rate.ts';
import type { DriveDeps } from '../../src/desk/drive-deps.ts';
import { createLinks } from '../../src/desk/links.ts';
import { createDriveStore } from '../../src/store/drive/drive-store.ts';
import { createHubStore } from '../../src/store/hub-store.ts';

export interface DriveWorld {
  readonly deps: DriveDeps;
  readonly database: Database;
  readonly owner: Principal;
  readonly folder: string;
  readonly time: { shiftMs: number };
}

export async function openDriveWorld(root: string): Promise<DriveWorld> {
  const database = await openDatabase({ path: join(root, 'perdure.db') });
  const group = createGroupCommit(database);
  const owner = await createHubStore(database, group).principals.ensureOwner({ id: 'o', workspaceId: 'w', now: 1 });
  const folder = join(root, 'drive');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = { shiftMs: 0 };
  const deps: DriveDeps = {
    drive: createDriveStore(database, group),
    bytes: openDriveFolder({ folder, newName: randomUUIDv7, keepFree: 0 }),
    links: createLinks(Buffer.alloc(32, 7)),
    sends: new Limiter({ perSecond: 1_000_000, burst: 1_000_000 }),
    clock: () => Date.now() + time.shiftMs,
    newId,
    publish: () => undefined,
    log: () => undefined,
  };
  return { deps, database, owner, folder, time };
}
