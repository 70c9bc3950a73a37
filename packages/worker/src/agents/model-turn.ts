/**
 * The port of a model turn: one request to a model, one answer. Retrying, recording and validating are done around it.
 */

import type { Json, Usage } from '@perdure/contract';
import type { JsonSchema } from './definition.ts';

/**
 * A tool that the model wants to be called. `id` is the model's own: unique in its turn at best, and never a key of
 * ours.
 */
export type ModelToolCall = { readonly id: string; readonly tool: string } & (
  | { readonly arguments: Json }
  /** The arguments as they came, where they are not JSON. */
  | { readonly malformed: string }
);

/** One message of a transcript, in our own words: it is recorded, and must outlive any library. */
export type TurnMessage =
  | { readonly role: 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly toolRequests?: readonly ModelToolCall[] }
  /** What a call gave, as text; `toolRequest` is the id by which the model asked. */
  | { readonly role: 'tool'; readonly toolRequest: string; readonly tool: string; readonly content: string };

/** What the model is told of a tool. */
export interface ToolOffer {
  readonly id: string;
  readonly description: string;
  readonly input: JsonSchema;
}

export interface ModelTurnRequest {
  /** Must carry the output contract too: a server that takes no schema knows it from here. */
  readonly instructions: string;
  /** The whole transcript, the newest message last. */
  readonly messages: readonly TurnMessage[];
  /** Sent as structured output where the server takes it. The answer is not validated against it. */
  readonly schema: JsonSchema;
  readonly tools: readonly ToolOffer[];
  /**
   * Whether it may ask for none of them now. They are named all the same: some servers refuse a transcript with calls
   * of unnamed tools.
   */
  readonly mustAnswer: boolean;
  readonly model?: string;
  readonly temperature?: number;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  /** Called with each piece of text as it comes. */
  readonly onText?: (delta: string) => void;
}

export interface ModelTurnResult {
  /** New messages only. */
  readonly messages: readonly TurnMessage[];
  readonly text: string;
  /** Empty where the model answered. */
  readonly toolRequests: readonly ModelToolCall[];
  /** `tool-calls` when it wants tools, `stop` when the model was done, `length` when it met its output limit. */
  readonly finishReason: string;
  /** Absent where the server does not count. */
  readonly usage?: Usage;
  /** The model that answered, by its own name. */
  readonly model: string;
  readonly latencyMs: number;
}

/**
 * Rejects with `model_unavailable` where the same request may succeed later, with `model_rejected` where somebody must
 * act first, and with an `AbortError` when `signal` was aborted. An answer that was cut off is an error, never a short
 * success.
 */
export type ModelTurn = (request: ModelTurnRequest) => Promise<ModelTurnResult>;
