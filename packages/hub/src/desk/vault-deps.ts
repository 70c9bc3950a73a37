/** What the use cases of vaults need of the world. */

import type { RootKeeper, VaultStore } from '../core/vault/ports.ts';
import type { HubDeps } from './deps.ts';

export interface VaultDeps extends Pick<HubDeps, 'clock' | 'newId'> {
  readonly vaults: VaultStore;
  readonly roots: RootKeeper;
}
