/** Driving runs, and finding those that nobody drives. */

export { createDriver, type Driver, type DriverDeps } from './driver.ts';
export {
  startSweep,
  sweepOnce,
  wakeAfterRegistration,
  type SweepDeps,
  type SweepStore,
  type WakingDeps,
} from './sweep.ts';
export { placeOf } from '../record/author-error.ts';
