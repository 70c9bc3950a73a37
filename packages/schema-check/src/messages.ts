/** What a thread is asked, and what it tells. */

import type { CheckProblem } from './outcome.ts';

export interface CheckRequest {
  readonly id: number;
  /** JSON texts: cheaper to hand over than what they mean, and as deep as one likes. */
  readonly schema: string;
  readonly value: string;
}

export type ThreadMessage =
  /** From here on time counts. `patterns`: the regular expressions of the schema, by the number that is shown. */
  | { readonly kind: 'begun'; readonly id: number; readonly patterns: readonly string[] }
  | { readonly kind: 'ended'; readonly id: number; readonly problems: readonly CheckProblem[] }
  /** The schema cannot be used. */
  | { readonly kind: 'failed'; readonly id: number; readonly why: string };

/** Handed over at most: comparing problems takes the square of their number, and nobody corrects more at a time. */
export const mostProblems = 500;
