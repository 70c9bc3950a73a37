import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after so many milliseconds, or when the signal aborts. */
export async function realWait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
