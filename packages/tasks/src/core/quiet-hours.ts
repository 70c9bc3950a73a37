/**
 * Hours of the day in which nobody wants to be told anything, by the clock on the wall of a time zone: where that
 * clock is set forward or back, so are they.
 */

import { hoursPattern } from '@perdure/contract';

export interface QuietHours {
  /** Minutes after midnight; `until` is not among them. With `until` before `from` they go past midnight. */
  readonly from: number;
  readonly until: number;
  /** An IANA name; absent: that of the machine. */
  readonly timeZone?: string | undefined;
}

/** `22:00-07:00`; undefined for anything else, and for hours without length. */
export function parseQuietHours(text: string): Pick<QuietHours, 'from' | 'until'> | undefined {
  const [, ...parts] = hoursPattern.exec(text) ?? [];
  const [fromHour = 0, fromMinute = 0, untilHour = 0, untilMinute = 0] = parts.map(Number);
  const from = fromHour * 60 + fromMinute;
  const until = untilHour * 60 + untilMinute;
  return parts.length === 0 || from === until ? undefined : { from, until };
}

export function isQuiet(now: number, hours: QuietHours | undefined): boolean {
  if (hours === undefined) return false;
  const { from, until, timeZone } = hours;
  const minute = minuteOfDay(now, timeZone);
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

function minuteOfDay(now: number, timeZone: string | undefined): number {
  const format = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
  const [hour = 0, minute = 0] = format.format(now).split(':').map(Number);
  return hour * 60 + minute;
}
