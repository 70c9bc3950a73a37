/** How long to wait before a part that ended is started again. Pure. */

const firstDelayMs = 200;
const longestDelayMs = 5_000;
/** A part that lived this long was well: its next crash is a first one. */
const healthyLifeMs = 30_000;

/** Crashes in a row, the one just seen included, given those before it and how long the part lived. */
export function countCrash(crashesBefore: number, lifeMs: number): number {
  return lifeMs >= healthyLifeMs ? 1 : crashesBefore + 1;
}

/** Milliseconds to wait after so many crashes in a row. */
export function restartDelay(crashes: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (crashes - 1));
}
