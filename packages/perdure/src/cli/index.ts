/**
 * What scripts of this repository share with the command line: how a failure looks, how a run is followed and shown.
 */

export { shellWord } from '../render/format.ts';
export { reportFailure } from './failure.ts';
export { followRun, stopOf } from './follow.ts';
export { createProgress } from './watcher.ts';
