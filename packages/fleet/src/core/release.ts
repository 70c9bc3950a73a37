/**
 * Which of two releases of OpenClaw is the newer one. What a release can do is never concluded from that: it only tells
 * whether what one has written the other can be expected to read.
 */

import type { GatewayProgram } from './gateway.ts';

type Release = Pick<GatewayProgram, 'entry' | 'version'>;

/** Whether it is the same file, and says the same of itself. */
export const isSameRelease = (one: Release, other: Release): boolean =>
  one.entry === other.entry && one.version === other.version;

/** Negative: `one` is older. Undefined: one of them says nothing that could be compared. */
export function compareReleases(one: string, other: string): number | undefined {
  const [left, right] = [partsOf(one), partsOf(other)];
  if (left === undefined || right === undefined) return undefined;
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `2026.9.6`, a repair of it as `2026.9.6-1`, and what comes before it as `2026.9.6-beta.1`. */
function partsOf(version: string): readonly number[] | undefined {
  const [, year, month, day, behind = ''] = /^v?(\d+)\.(\d+)\.(\d+)(?:-([\w.]+))?$/.exec(version) ?? [];
  if (year === undefined) return undefined;
  const [place, ...rest] = behind.split('.');
  const numbers = rest.map(Number).filter((each) => !Number.isNaN(each));
  const repair = place === '' ? [0] : /^\d+$/.test(place ?? '') ? [Number(place)] : [-1, ...numbers];
  return [Number(year), Number(month), Number(day), ...repair];
}
