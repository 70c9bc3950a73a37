/** Times of the original: whole seconds, UTC. */

import { isoTime } from '../core/time.ts';

/** From milliseconds or an ISO time; what is between two seconds is cut off. */
export function secondsTime(time: number | string): string {
  const ms = typeof time === 'number' ? time : Date.parse(time);
  return `${isoTime(ms).slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;
}
