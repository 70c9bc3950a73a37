/**
 * Waiting for "something happened" without losing a ring: one that comes while nobody waits is kept for the next
 * `wait`.
 */

export interface Doorbell {
  ring(): void;
  /**
   * Resolves at the next ring, at once if there was one since the last wait, or after `ms`, or when `signal` aborts.
   */
  wait(ms: number): Promise<void>;
}

export function createDoorbell(signal: AbortSignal): Doorbell {
  let rung = false;
  let answer: (() => void) | undefined;
  const ring = (): void => {
    rung = true;
    answer?.();
  };
  return {
    ring,
    async wait(ms) {
      let timer: NodeJS.Timeout | undefined;
      if (!rung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          answer = resolve;
          timer = setTimeout(resolve, ms);
          signal.addEventListener('abort', ring, { once: true });
        });
      }
      clearTimeout(timer);
      signal.removeEventListener('abort', ring);
      answer = undefined;
      rung = false;
    },
  };
}
