/** JSON values: what a step's result, an input and an output are made of. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The same JSON text for equal values, whatever the order of their keys: the basis of every input hash.
 * `undefined` members are left out, as `JSON.stringify` does.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

/**
 * A number in `text`, which is JSON, that would become another one: too large, too small, or a whole number with more
 * digits than are kept. As it is written; undefined where all numbers survive.
 */
export function lostNumber(text: string): string | undefined {
  if (!/\d{16}|\d[eE]/.test(text)) return undefined;
  let lost: string | undefined;
  JSON.parse(text, ((_name: string, value: unknown, { source }: { readonly source?: string }) => {
    if (typeof value === 'number' && source !== undefined && !survives(value, source)) lost ??= source;
    return undefined;
  }) as (name: string, value: unknown) => unknown);
  return lost;
}

function survives(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false;
  if (value === 0) return !/[1-9]/.test(source.replace(/[eE].*$/, ''));
  return !/^-?\d+$/.test(source) || BigInt(source) === BigInt(value);
}

/**
 * Looks level by level: what is nested too deep for recursion must not be measured by it. The value itself is level 0.
 */
export function isNestedDeeperThan(levels: number, value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    level = level.flatMap((member) => (typeof member === 'object' && member !== null ? Object.values(member) : []));
  }
  return false;
}
