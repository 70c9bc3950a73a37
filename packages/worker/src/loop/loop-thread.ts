/**
 * The thread beside the loop. Where that has not turned for three looks it asks who holds it and writes that down, and
 * takes it back when the loop turns again.
 *
 * Surprise: time is counted in looks. A process that was frozen has not waited.
 */

import { workerData } from 'node:worker_threads';
import { removeHeldLoop, writeHeldLoop } from './held-loop-file.ts';
import { askWhoHolds } from './ask-who-holds.ts';
import { LoopMark } from './loop-mark.ts';
import type { LoopThreadData } from './loop-messages.ts';

/** Looks in a row that found the loop where it was. */
const heldAfterLooks = 3;

const { memory, file, lookEveryMs } = workerData as LoopThreadData;
const mark = new LoopMark(memory);
let beat = mark.beat;
let missed = 0;

setInterval(() => {
  const now = mark.beat;
  if (now === beat) {
    missed += 1;
    if (missed === heldAfterLooks) void tell(now);
    return;
  }
  if (missed >= heldAfterLooks) removeHeldLoop(file);
  beat = now;
  missed = 0;
}, lookEveryMs);

async function tell(heldAt: number): Promise<void> {
  const found = await askWhoHolds();
  // Where it cannot be asked, it is probably whoever was let in last.
  const held = found.kind === 'unknown' ? mark.entered : found.held;
  if (held === undefined || mark.beat !== heldAt) return;
  writeHeldLoop(file, held);
}
