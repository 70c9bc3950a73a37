/** The port that every engine adapter stands behind, and what works on any of them. Adapters have their own doors. */

export { createPersistentWaker, type PersistentWaker } from './persistent-waker.ts';
export type { Clock, Drive, Waker } from './port.ts';
export { realClock } from './real-clock.ts';
