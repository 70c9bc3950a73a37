/** A conversation in our own words: it is recorded, and must outlive any library and any wire format. */

import type { Json, ModelApi } from '@perdure/contract';

export type { ModelApi };

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * A tool that the model wants to be called. `id` is the model's own: unique in its turn at best, and never a key of
 * ours.
 */
export type ModelToolCall = {
  readonly id: string;
  readonly tool: string;
  /** What the server wants back with this call, as it came: a signature of Gemini's lies here. */
  readonly carried?: Carried;
} & (
  | { readonly arguments: Json }
  /** The arguments as they came, where they are not JSON. */
  | { readonly malformed: string }
);

/**
 * Fields of an assistant message that mean nothing to us and must go back to the server that sent them:
 * `reasoning_content`, thinking blocks with their signatures, `extra_content`.
 */
export type Carried = Readonly<Record<string, Json>>;

export type TurnMessage =
  | { readonly role: 'user'; readonly content: string }
  | AssistantMessage
  /** What a call gave, as text; `toolRequest` is the id by which the model asked. */
  | { readonly role: 'tool'; readonly toolRequest: string; readonly tool: string; readonly content: string };

export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: string;
  readonly toolRequests?: readonly ModelToolCall[];
  /** Who said it: what is carried goes back to that model alone, and its ids are in that server's form. */
  readonly from?: Speaker;
  /** Absent where there is nothing to bring back. */
  readonly carried?: Carried;
}

/** `model`: `server/model`, as `modelName` writes it. */
export interface Speaker {
  readonly model: string;
  readonly api: ModelApi;
}

/** What the model is told of a tool. */
export interface ToolOffer {
  readonly id: string;
  readonly description: string;
  readonly input: JsonSchema;
}
