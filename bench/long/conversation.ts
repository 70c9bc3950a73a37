/**
 * The conversations that the suite measures: an agent asks for many pages in one turn, then asks a person one question
 * after the other, each a turn of its own. `large` and `small` have the same steps; only the pages differ.
 */

import type { Script } from '@perdure/demo-model';

export type Size = 'large' | 'small';

export const pages = 400;
export const questions = 12;

/** Characters of each page. One large page is what a careless tool gives. */
export function pageLengths(size: Size): readonly number[] {
  if (size === 'small') return Array.from({ length: pages }, () => 50);
  return Array.from({ length: pages }, (_, index) => (index === 0 ? 5_000_000 : 50_000));
}

/** Millions of characters. */
export function megabytes(size: Size): number {
  return pageLengths(size).reduce((sum, length) => sum + length, 0) / 1_000_000;
}

/** What the demo model does, by the key of the agent call and how far it has got. */
export function conversationScript(): Script {
  const reading = (['large', 'small'] as const).map((size) => ({
    match: { afterTools: 0, idempotencyKeyIncludes: `/${size}/` },
    toolCalls: pageLengths(size).map((length, index) => ({ name: 'fetch', arguments: { page: index + 1, length } })),
  }));
  const asking = Array.from({ length: questions }, (_, index) => ({
    match: { afterTools: pages + index },
    toolCalls: [{ name: 'ask-human', arguments: { question: `Question ${index + 1}?` } }],
  }));
  return [...reading, ...asking];
}
