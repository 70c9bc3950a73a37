/**
 * The thread beside an import: where the loop has not turned for too long while one was open, what it does is stopped.
 *
 * Surprise: time is counted in looks. A process that was frozen has not waited.
 */

import { Session } from 'node:inspector/promises';
import { workerData } from 'node:worker_threads';
import { limitCells, type ImportLimitData } from './import-limit.ts';

const { memory, lookEveryMs, patience } = workerData as ImportLimitData;
const cells = new Int32Array(memory);
let beat = 0;
let missed = 0;

setInterval(() => {
  const now = Atomics.load(cells, limitCells.beat);
  const stands = Atomics.load(cells, limitCells.isOpen) === 1 && now === beat;
  missed = stands ? missed + 1 : 0;
  beat = now;
  if (missed === patience) void stop();
}, lookEveryMs);

async function stop(): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  Atomics.store(cells, limitCells.isStopped, 1);
  try {
    await session.post('Runtime.terminateExecution');
  } finally {
    session.disconnect();
  }
}
