/** Ctrl-C for a command that ends something of its own by it: following a run, or a check. */

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
