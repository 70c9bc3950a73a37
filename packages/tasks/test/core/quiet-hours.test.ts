import { describe, expect, it } from 'vitest';
import { isQuiet, parseQuietHours } from '../../src/core/quiet-hours.ts';

describe('quiet hours', () => {
  it.each([
    ['22:00-07:00', { from: 1320, until: 420 }],
    ['00:00-23:59', { from: 0, until: 1439 }],
    ['7:00-8:00', undefined],
    ['24:00-07:00', undefined],
    ['09:00-09:00', undefined],
    ['', undefined],
  ])('%s is read as %o', (text, hours) => expect(parseQuietHours(text)).toEqual(hours));

  const overNight = { from: 22 * 60, until: 7 * 60, timeZone: 'Europe/Berlin' };
  it.each([
    ['2026-01-10T20:59:00Z', false],
    ['2026-01-10T21:00:00Z', true],
    ['2026-01-11T05:59:00Z', true],
    ['2026-01-11T06:00:00Z', false],
    // The clock there goes from 02:00 to 03:00 on 29 March, and back from 03:00 to 02:00 on 25 October.
    ['2026-03-29T04:59:00Z', true],
    ['2026-03-29T05:00:00Z', false],
    ['2026-10-25T05:59:00Z', true],
    ['2026-10-25T06:00:00Z', false],
    ['2026-07-10T20:00:00Z', true],
  ])('at %s in Berlin: %s', (at, quiet) => expect(isQuiet(Date.parse(at), overNight)).toBe(quiet));

  it('an hour that the clock goes through twice is quiet both times, and one it leaves out hurts nobody', () => {
    const hours = { from: 2 * 60, until: 3 * 60, timeZone: 'Europe/Berlin' };
    expect(isQuiet(Date.parse('2026-10-25T00:30:00Z'), hours)).toBe(true);
    expect(isQuiet(Date.parse('2026-10-25T01:30:00Z'), hours)).toBe(true);
    expect(isQuiet(Date.parse('2026-03-29T00:59:00Z'), hours)).toBe(false);
    expect(isQuiet(Date.parse('2026-03-29T01:00:00Z'), hours)).toBe(false);
  });

  it('nobody set any: never', () => expect(isQuiet(0, undefined)).toBe(false));
});
