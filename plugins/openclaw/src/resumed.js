/**
 * A gateway that died in the middle of a turn goes on with it by itself, once, a moment after it is ready. Whoever says
 * something to it before that takes the turn from it: 2026.8.2 then goes on with neither, and refuses all that comes
 * until it is started again. So what is heard waits for it.
 */

const lookMs = 250;
/** It begins half a second after it is ready, and reads the session first. */
const usualRestMs = 5_000;
/** One that does not tell is not waited for longer. */
const longestMs = 120_000;

/** @param {any} cfg settings of the gateway @returns {() => Promise<boolean>} whether it says that it is ready */
export const readinessOf = (cfg) => async () => {
  const port = cfg?.gateway?.port ?? 18_789;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
};

/**
 * @typedef {object} Rim
 * @property {() => Promise<boolean>} isReady
 * @property {(ms: number) => Promise<void>} pause
 * @property {AbortSignal} signal
 * @property {number} [restMs] from ready on
 */

/** @param {Rim} rim */
export async function untilResumed({ isReady, pause, signal, restMs = usualRestMs }) {
  const until = performance.now() + longestMs;
  while (!signal.aborted && performance.now() < until) {
    if (await isReady()) return await pause(restMs);
    await pause(lookMs);
  }
}
