/** Tokens as servers count them: fractions, texts, negative numbers, one of the two. */

import type { Usage } from '@perdure/contract';
import { numberFrom } from './loose.ts';
import type { TokenCount } from './piece.ts';

/**
 * Both counts, whole and not negative; undefined where they cannot be had. One that is missing follows from the sum
 * where that is there.
 */
export function readUsage({ input, output, total }: TokenCount): Usage | undefined {
  const [inputTokens, outputTokens, sum] = [countOf(input), countOf(output), countOf(total)];
  if (inputTokens !== undefined && outputTokens !== undefined) return { inputTokens, outputTokens };
  const known = inputTokens ?? outputTokens;
  if (known === undefined || sum === undefined || sum < known) return undefined;
  return inputTokens === undefined
    ? { inputTokens: sum - known, outputTokens: known }
    : { inputTokens: known, outputTokens: sum - known };
}

/** A number of tokens, or undefined where it is none: negative, not finite, beyond what can be summed. */
export function countOf(value: unknown): number | undefined {
  const number = numberFrom(value);
  if (number === undefined || !(number >= 0)) return undefined;
  const whole = Math.round(number);
  return whole <= mostTokens ? whole : undefined;
}

/** More than any answer has, and few enough that a run of such turns can still be summed. */
const mostTokens = 1e9;
