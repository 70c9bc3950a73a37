/** What every process of the product loads: its frame, and whether its disk has room. */

export { hasRoom } from './disk-room.ts';
export {
  closeWithinMs,
  endAfterSyncFailure,
  endWithoutRecord,
  runChild,
  type Child,
  type ChildMessage,
  type LauncherMessage,
  type StartedChild,
} from './frame.ts';
