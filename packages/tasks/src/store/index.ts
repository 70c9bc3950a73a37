/** The tasks of a state root for who only keeps and reads them: the server needs none of the use cases. */

export { createTaskLook, type TaskLook } from './task-look.ts';
export { createTaskReader } from './task-reader.ts';
export { createTaskStore, type TaskStoreOptions } from './task-store.ts';
export type { TaskStore } from '../core/ports.ts';
