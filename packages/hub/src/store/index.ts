/** Where the hub is kept. */

export { createHubStore } from './hub-store.ts';
export { createRootStore, type RootRecord, type RootStore } from './vault/root-store.ts';
export { createVaultStore, type VaultStoreDeps } from './vault/vault-store.ts';
