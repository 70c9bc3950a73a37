/** The front door of the loop room: who holds the loop of this process, and who held that of the last one. */

export { takeHeldLoop } from './held-loop-file.ts';
export { watchEnds } from './watch-ends.ts';
export { watchLoop, type LoopWatch, type LoopWatchOptions } from './loop-watch.ts';
