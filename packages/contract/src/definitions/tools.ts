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

/** What `run` and `verify` are given beside the input; `Secret`: the names that the tool has declared. */
export interface ToolCall<Secret extends string = string> {
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
  /**
   * Values of `secrets`, by name, for this call alone. What the tool returns or throws is recorded without them; what
   * it makes of them, or writes elsewhere, is not looked at.
   */
  readonly secrets: Readonly<Record<Secret, string>>;
}

/** A secret that a tool wants: what it calls it, and where it lies. */
export interface WantedSecret {
  readonly name: string;
  /** `<item>`, `<vault>/<item>` or `<vault>/<item>/<field>`, among those that the tool was granted. */
  readonly reference: string;
}

/** Whether an interrupted call took effect. */
export type Verification<T> =
  | { readonly outcome: 'done'; readonly data: T }
  /** It did not, and cannot any more: it is safe to run it. */
  | { readonly outcome: 'not_done' }
  | { readonly outcome: 'unknown' };

export interface ToolDefinition<I = unknown, O = unknown, Secret extends string = string> {
  readonly id: string;
  /** For the model: what it does, and when to use it. */
  readonly description: string;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  readonly effect: ToolEffect;
  /** Whether a person must approve each call, seeing its exact arguments. */
  readonly confirm?: boolean;
  /**
   * Secrets that each call needs: references as of `WantedSecret`, or names of your own with a reference each. It is
   * given those alone that were granted to it (`perdure vault grant`); where one cannot be had the run stops before the
   * call begins.
   */
  readonly secrets?: readonly Secret[] | Readonly<Record<Secret, string>>;
  /** A throw is a defect of the tool: of a `once` tool the outcome is then unknown, any other has failed. */
  run(input: I, call: ToolCall<Secret>): Promise<ToolResult<O>>;
  /**
   * For `once`: asked after an interruption whether the call with this key took effect. With the same secrets; where
   * they cannot be had a person is asked instead.
   */
  verify?(input: I, call: ToolCall<Secret>): Promise<Verification<O>>;
}

/** Marks and types a tool; the default export of a file in `tools/`. */
export function defineTool<I, O, const Secret extends string = never>(
  definition: ToolDefinition<I, O, Secret>,
): ToolDefinition<I, O, Secret> {
  return definition;
}
