/** Ends a process that nobody keeps: asked, waited for while it finishes what it does, and forced in the end. */

import { setTimeout as delay } from 'node:timers/promises';
import { isSameProcess, sendSignal } from '@perdure/home';
import type { ProcessIdentity } from '../../core/gateway.ts';
import { askToEnd, unending, type AskOptions } from '../supervisor/end-life.ts';

export type EndProcessOptions = AskOptions;

const killWithinMs = 10_000;

/** @throws PerdureError `timeout` where it stays */
export async function endProcess(process: ProcessIdentity, options: EndProcessOptions): Promise<'stopped' | 'killed'> {
  if (!isSameProcess(process)) return 'stopped';
  const how = await askToEnd(process, options);
  const deadline = performance.now() + killWithinMs;
  while (isSameProcess(process)) {
    if (performance.now() > deadline) throw unending([process]);
    sendSignal(process.pid);
    await delay(options.pollMs);
  }
  return how;
}
