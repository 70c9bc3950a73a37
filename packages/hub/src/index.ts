/** The hub, as edges see it: what is decided, what happens, and what is needed of a store. */

export type { DriveBytes, DriveStore, Links } from './core/drive/ports.ts';
export type { HubEvent, Publish } from './core/events.ts';
export { may, type Action } from './core/may.ts';
export type { HubStore } from './core/ports.ts';
export type { HubTaskStore } from './core/tasks/ports.ts';
export type { LookAtDurable } from './core/tasks/records.ts';
export { hubTaskRef } from './core/tasks/view.ts';
export { FailedKeys, Limiter, sendRate } from './core/rate.ts';
export { refusalError, refuse, type Refusal } from './core/refusal.ts';
export type { RootKeeper, RootOutcome, VaultStore } from './core/vault/ports.ts';
export { messageView, type ViewDeps } from './core/view.ts';
