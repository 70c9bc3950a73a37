/** Ctrl-C while following a run: stops the following, never the run. */

import type { Run } from '@perdure/contract';
import { say } from './output.ts';
import type { Rim } from './rim.ts';

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/** Aborts at the first signal; listens until disposed. */
export function interruptOf(rim: Rim): Interrupt {
  const controller = new AbortController();
  const dispose = rim.onStopSignal(() => controller.abort());
  return { signal: controller.signal, [Symbol.dispose]: dispose };
}

/** What shells expect of a program that Ctrl-C ended. */
const interruptedExitCode = 130;

/** Says that the run goes on, and with which command to follow it; the exit code. */
export function leaveRunning(rim: Rim, run: Run, homeFlag: string): number {
  say(rim, `Stopped watching; the run goes on. Follow it with \`perdure runs watch ${run.id}${homeFlag}\`.`);
  return interruptedExitCode;
}
