/** What a check of a model finds. */

import type { ModelTurnResult } from '../turn/port.ts';

export const checkNames = ['reachable', 'key', 'answers', 'streaming', 'structured', 'tools', 'toolAnswer'] as const;
export type CheckName = (typeof checkNames)[number];

export type CheckOutcome =
  | { readonly kind: 'ok'; readonly ms: number }
  /** `because`: what it does instead, and what to do. Sentences. */
  | { readonly kind: 'no'; readonly ms: number; readonly because: string }
  /** One before it failed, so asking would say nothing. */
  | { readonly kind: 'untried' };

export interface ModelCheck {
  /** `server/model`. */
  readonly model: string;
  readonly checks: Readonly<Record<CheckName, CheckOutcome>>;
}

/** An answer to a question of a check. */
export interface Answered {
  readonly kind: 'answered';
  readonly ms: number;
  readonly result: ModelTurnResult;
  /** How many pieces it came in. */
  readonly pieces: number;
}

export const ok = (ms: number): CheckOutcome => ({ kind: 'ok', ms });
export const no = (ms: number, because: string): CheckOutcome => ({ kind: 'no', ms, because });
export const untried: CheckOutcome = { kind: 'untried' };
