/**
 * What a tool is written with. What an effect kind promises is kept by the run core and told in
 * `docs/concepts/tools.md`.
 */

import type { z } from 'zod';

/**
 * What repeating a call would do.
 * - `pure`: nothing; it is repeated freely.
 * - `idempotent`: nothing, as long as the same key is sent along; it is repeated with the same key.
 * - `once`: harm. It is never repeated by itself: a call whose outcome is not known is verified, or a person decides.
 */
export const toolEffects = ['pure', 'idempotent', 'once'] as const;
export type ToolEffect = (typeof toolEffects)[number];

/** A failure is a value: the model reads `errorMessage` and goes on. Never put a secret into it. */
export type ToolResult<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly errorMessage: string };

/** What `run` and `verify` are given beside the input. */
export interface ToolCall {
  readonly runId: string;
  /**
   * The same on every attempt of this call, and for no other call; the model never sees it. Hand it to what accepts
   * one.
   */
  readonly idempotencyKey: string;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  /** The folder of this run, made when first asked for. Absolute. */
  workspace(): Promise<string>;
}

/** Whether an interrupted call took effect. */
export type Verification<T> =
  | { readonly outcome: 'done'; readonly data: T }
  /** It did not, and cannot any more: it is safe to run it. */
  | { readonly outcome: 'not_done' }
  | { readonly outcome: 'unknown' };

export interface ToolDefinition<I = unknown, O = unknown> {
  readonly id: string;
  /** For the model: what it does, and when to use it. */
  readonly description: string;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  readonly effect: ToolEffect;
  /** Whether a person must approve each call, seeing its exact arguments. */
  readonly confirm?: boolean;
  /** A throw is a defect of the tool: of a `once` tool the outcome is then unknown, any other has failed. */
  run(input: I, call: ToolCall): Promise<ToolResult<O>>;
  /** For `once`: asked after an interruption whether the call with this key took effect. */
  verify?(input: I, call: ToolCall): Promise<Verification<O>>;
}

/** Marks and types a tool; the default export of a file in `tools/`. */
export function defineTool<I, O>(definition: ToolDefinition<I, O>): ToolDefinition<I, O> {
  return definition;
}
