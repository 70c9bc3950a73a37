/** Where the hub is kept. */

export { createDriveStore } from './drive/drive-store.ts';
export { createHubStore } from './hub-store.ts';
export { createHubTaskStore } from './tasks/hub-task-store.ts';
export { createTaskTools, type TaskTools } from './tasks/tools.ts';
export { createRootStore, type RootStore } from './vault/root-store.ts';
export type { RootOf } from './vault/vault-keys.ts';
export { createVaultStore } from './vault/vault-store.ts';
