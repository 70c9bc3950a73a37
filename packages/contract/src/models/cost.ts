/** What tokens cost. */

import type { Usage } from '../runs/schema.ts';
import type { ModelPrices } from './settings.ts';

const million = 1_000_000;

/** In the money of `prices`, to a billionth: sums of it must not end in digits that nobody counted. */
export function costOf({ inputTokens, outputTokens }: Usage, prices: ModelPrices): number {
  return Math.round((inputTokens * prices.input + outputTokens * prices.output) * (1e9 / million)) / 1e9;
}
