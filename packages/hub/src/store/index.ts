/** Where the hub is kept. */

export { createHubStore } from './hub-store.ts';
