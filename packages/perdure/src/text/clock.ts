/** Times as a person reads them where they are: of their clock, and from now. Pure but for the zone of the machine. */

import { formatDuration } from './format.ts';

/** `14:41:32`, with the day where that is another one. */
export function clockText(time: number, now: number): string {
  const date = new Date(time);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
  if (date.toDateString() === new Date(now).toDateString()) return clock;
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())} ${clock}`;
}

/** `14:41:32, in 3 min`; of what is over the time alone. */
export function untilWords(iso: string, now: number): string {
  const time = Date.parse(iso);
  const left = time - now;
  if (left <= 0) return clockText(time, now);
  // Counted down once a second: fractions would only flicker.
  return `${clockText(time, now)}, in ${left < 60_000 ? `${Math.ceil(left / 1000)} s` : formatDuration(left)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
