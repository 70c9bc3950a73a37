/**
 * `perdure down`: asks the launcher to stop and waits until it has. Runs that are not finished go on at the next start.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { PerdureError } from '@perdure/contract';
import { readInstance, sendSignal } from '@perdure/home';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';

/** The launcher drains for at most 10 s; then each of its processes has a moment to go. */
const patienceMs = 20_000;
const pollMs = 50;

export async function down(rim: Rim, options: CommonOptions): Promise<number> {
  const { paths } = findPlace(rim, options);
  const instance = readInstance(paths);
  if (instance.kind !== 'running') {
    printData(rim, options, { stopped: false, running: false }, () => `Not running on ${paths.root}.`);
    return 0;
  }
  const { pid } = instance.info;
  sendSignal(pid, 'SIGTERM');
  if (options.json !== true) say(rim, 'Stopping: work in hand is finished for at most 10 s.');
  const deadline = performance.now() + patienceMs;
  // The file names the process by pid and start time: a reused pid is not mistaken for it.
  while (readInstance(paths).kind === 'running') {
    if (performance.now() > deadline) {
      throw new PerdureError(
        'timeout',
        `Process ${pid} has not stopped after ${patienceMs / 1000} s; Ctrl-C twice where it runs stops it at once.`,
      );
    }
    await delay(pollMs);
  }
  printData(
    rim,
    options,
    { stopped: true, running: false },
    () => 'Stopped. Unfinished runs go on at the next `perdure up`.',
  );
  return 0;
}
