/** What the use cases of the drive need of the world. */

import type { DriveBytes, DriveStore, LinkChecks, Links } from '../core/drive/ports.ts';
import type { HubDeps } from './deps.ts';

export interface DriveDeps extends Pick<HubDeps, 'clock' | 'newId' | 'sends' | 'publish'> {
  readonly drive: DriveStore;
  readonly bytes: DriveBytes;
  readonly links: Links & LinkChecks;
  readonly log: (message: string) => void;
}
