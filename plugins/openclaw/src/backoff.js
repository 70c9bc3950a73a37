/** How long to wait before the next try: it doubles, and two gateways do not come back in step. */

const firstMs = 1_000;
/** Of a program of the same machine or house: a minute would be time that nobody is answered in. */
const longestMs = 15_000;

/**
 * @param {number} failures tries in a row that came to nothing, from 1
 * @param {() => number} random from 0 up to, and without, 1
 * @returns {number} milliseconds
 */
export function backoffMs(failures, random = Math.random) {
  const most = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 16));
  return Math.round(most * (0.5 + random() / 2));
}
