/**
 * JSON without recursion: a value nested ten thousand levels deep can be parsed, but the engine's own writer may run
 * out of stack on it.
 */

import { isNestedDeeperThan } from '@perdure/contract';

/** Deeper values are not kept as values: whoever walks through one by recursion would not survive it. */
const deepest = 100;

export function isDeep(value: unknown): boolean {
  return isNestedDeeperThan(deepest - 1, value);
}

/** Of what came out of `JSON.parse`, in one line. */
export function toJson(value: unknown): string {
  if (!isDeep(value)) return JSON.stringify(value);
  const parts: string[] = [];
  // The last is written next.
  const waiting: (string | { readonly value: unknown })[] = [{ value }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') parts.push(next);
    else if (typeof next.value !== 'object' || next.value === null) parts.push(JSON.stringify(next.value));
    else waiting.push(...bracketed(next.value).toReversed());
  }
  return parts.join('');
}

function bracketed(value: object): readonly (string | { readonly value: unknown })[] {
  const isList = Array.isArray(value);
  const members = Object.entries(value).flatMap(([name, member], index) => [
    `${index === 0 ? '' : ','}${isList ? '' : `${JSON.stringify(name)}:`}`,
    { value: member as unknown },
  ]);
  return [isList ? '[' : '{', ...members, isList ? ']' : '}'];
}
