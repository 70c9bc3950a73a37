/**
 * Values of foreign files in the forms of ours. Each answers what it made of a value, and callers compare to see
 * whether it is the same.
 */

import { isoTime } from '../core/time.ts';
import { toJson } from './deep-json.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One line of at most `max` characters. */
export function toLine(value: unknown, max: number): string {
  return toText(value, Infinity)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, max)
    .toWellFormed();
}

export function toText(value: unknown, max: number): string {
  const text = typeof value === 'string' ? value : toJson(value);
  return text.slice(0, max).toWellFormed();
}

/** A finite number, also where it was written as text (`50%`). */
export function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number.parseFloat(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export interface TimeReading {
  readonly iso: string;
  /** False where something was assumed: a zone, a unit, or that the fractions do not matter. */
  readonly isExact: boolean;
}

const isoPattern = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?$/i;
/** The year 5138 in seconds, and 1973 in milliseconds. */
const firstMilliseconds = 100_000_000_000;

/** ISO times with and without a zone (then UTC), and seconds or milliseconds since the epoch. */
export function toTime(value: unknown): TimeReading | undefined {
  if (typeof value === 'number' && value >= 0) {
    return { iso: isoTime(value < firstMilliseconds ? value * 1000 : value), isExact: false };
  }
  const [, date, time, zone = ''] = (typeof value === 'string' && isoPattern.exec(value.trim())) || [];
  if (date === undefined || time === undefined) return undefined;
  const ms = Date.parse(`${date}T${time}${zone === '' ? 'Z' : zone.toUpperCase()}`);
  if (Number.isNaN(ms)) return undefined;
  const iso = isoTime(ms);
  const isInRange = Date.parse(iso) === ms;
  return { iso, isExact: isInRange && zone.toUpperCase() === 'Z' && !/\.\d{4}/.test(time) };
}

/** `id-2`, or the next number that is free. */
export function freeId(id: string, taken: ReadonlySet<string>): string {
  const stem = id.slice(0, 56);
  let number = 2;
  while (taken.has(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}
