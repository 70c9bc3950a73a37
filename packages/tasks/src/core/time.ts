/** Times in the core: milliseconds in commands and events, ISO text in the snapshot. */

const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** ISO UTC with milliseconds. Total: what lies outside the years 1970 to 9999 is moved to their edge. */
export function isoTime(ms: number): string {
  return new Date(Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), latest)).toISOString();
}
