/**
 * How one part is kept running, whatever the part is: started again when it ends, with growing pauses, and ended in
 * order.
 */

export { countCrash, restartDelay } from './backoff.ts';
export type { Part, PartName, StartContext, StartPart, StopOptions } from './part.ts';
export type { LaunchStatus } from './status.ts';
export { supervise, type Phase, type Supervisor, type SuperviseOptions } from './supervise.ts';
