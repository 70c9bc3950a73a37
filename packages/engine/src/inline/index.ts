/** The engine in memory, on a virtual clock: for tests and dry runs. */

export { createInlineEngine, type InlineEngine } from './engine.ts';
export { VirtualClock } from './virtual-clock.ts';
