/** The client's side of the effects server, used by the chaos pipelines inside their steps. */

import type { StepAttempt } from '@perdure/contract';

/** Tells the worker, by way of its environment, where the effects server is. */
export const effectsUrlVariable = 'CHAOS_EFFECTS_URL';

export interface EffectResult {
  /** Number of the accepted effect; the same for every attempt with its key. */
  readonly effect: number;
}

/** Acts once more under the attempt's key. Throws when the answer does not come, whether or not the effect was accepted. */
export async function callEffects(attempt: StepAttempt, holdMs: number): Promise<EffectResult> {
  const { idempotencyKey, attempt: n, signal } = attempt;
  const response = await fetch(`${process.env[effectsUrlVariable]}/effect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ idempotencyKey, attempt: n, holdMs }),
    signal,
  });
  if (!response.ok) throw new Error(`the effects server answered ${response.status}`);
  return (await response.json()) as EffectResult;
}
