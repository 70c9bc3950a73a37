/**
 * The callers' side of the effects server: the steps and tools of the chaos project, and the person who answers their
 * questions.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { z, type StepAttempt, type ToolCall } from 'perdure';
import type { Asker, Attempt } from './effects-log.ts';

/** Tells the worker, by way of its environment, where the effects server is. */
export const effectsUrlVariable = 'CHAOS_EFFECTS_URL';

/** The number of an accepted effect. */
export const effectSchema = z.object({ effect: z.int() });
export type Effect = z.infer<typeof effectSchema>;

/** When a call acts, and when it hears of it: in between is where it may be killed. */
export const timingSchema = z.object({
  /** Before it acts. */
  delayMs: z.int().min(0),
  /** After it has acted, before the answer. */
  holdMs: z.int().min(0),
});
export type Timing = z.infer<typeof timingSchema>;

/**
 * An effect of a step, under the key of its attempt. Throws when the answer does not come, whether or not it was
 * accepted.
 */
export async function actAsStep({ idempotencyKey, attempt, signal }: StepAttempt, holdMs: number): Promise<Effect> {
  return await act({ idempotencyKey, attempt, tool: 'step', kind: 'idempotent' }, { holdMs, signal });
}

/** An effect of a tool call. */
export async function actAsTool(
  { idempotencyKey, signal }: ToolCall,
  { delayMs, holdMs, ...as }: Pick<Attempt, 'tool' | 'kind'> & Timing,
): Promise<Effect> {
  await delay(delayMs, undefined, { signal });
  return await act({ idempotencyKey, attempt: 1, ...as }, { holdMs, signal });
}

/** The effect under this key; undefined: nothing was attempted. */
export async function inquire(
  url: string,
  idempotencyKey: string,
  { asker, signal }: { readonly asker: Asker; readonly signal: AbortSignal },
): Promise<Effect | undefined> {
  const response = await fetch(`${url}/effect?${String(new URLSearchParams({ key: idempotencyKey, asker }))}`, {
    signal,
  });
  const { effect } = await bodyOf<{ readonly effect: number | null }>(response);
  return effect === null ? undefined : { effect };
}

/** How many effects there are. */
export async function countEffects(signal: AbortSignal): Promise<number> {
  const { effects } = await bodyOf<{ readonly effects: number }>(await fetch(`${effectsUrl()}/effects`, { signal }));
  return effects;
}

/** Where the worker finds the effects server. */
export function effectsUrl(): string {
  return process.env[effectsUrlVariable] ?? '';
}

async function act(
  attempt: Attempt,
  { holdMs, signal }: { readonly holdMs: number; readonly signal: AbortSignal },
): Promise<Effect> {
  const response = await fetch(`${effectsUrl()}/effect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...attempt, holdMs }),
    signal,
  });
  return await bodyOf<Effect>(response);
}

async function bodyOf<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`the effects server answered ${response.status}`);
  return (await response.json()) as T;
}
