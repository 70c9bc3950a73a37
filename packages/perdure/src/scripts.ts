/**
 * What scripts of this repository share with the command line: how a failure looks, how a run is followed and shown.
 */

export { shellWord } from './text/format.ts';
export { reportFailure } from './cli/failure.ts';
export { followRun, stopOf } from './runs/follow.ts';
export { createProgress } from './runs/watcher.ts';
