/**
 * The port of a model turn: one question to a model, one answer. Retrying over time, recording and validating are done
 * around it.
 */

import type { Usage } from '@perdure/contract';
import type { AssistantMessage, JsonSchema, ModelToolCall, ToolOffer, TurnMessage } from './message.ts';

export interface ModelTurnRequest {
  /** Must carry the output contract too: a server that takes no schema knows it from here. */
  readonly instructions: string;
  /** The whole transcript, the newest message last. */
  readonly messages: readonly TurnMessage[];
  /** Sent as structured output in a turn that must answer, where the server takes it. */
  readonly schema: JsonSchema;
  readonly tools: readonly ToolOffer[];
  /**
   * Whether it may ask for no tool now. They are named all the same: some servers refuse a transcript with calls of
   * unnamed tools.
   */
  readonly mustAnswer: boolean;
  /** `server/model`, or a model of the default server; absent: the default. */
  readonly model?: string;
  readonly temperature?: number;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  /** Called with each piece of the answer as it comes, thoughts left out. */
  readonly onText?: (delta: string) => void;
}

/**
 * How an answer ended. Only of `answered` may the text be taken as the answer. A union of words, not of shapes: it is
 * recorded and shown.
 */
export type AnswerEnding =
  | 'answered'
  /** It wants tools; also where a server says that it stopped. */
  | 'tool-calls'
  /** Cut at the output limit: the text is a beginning. */
  | 'length'
  /** The model declines, in its own words (`text`). */
  | 'refused'
  /** The server withholds the answer. */
  | 'content-filter'
  /** It wrote the call of a tool as text, where one cannot be made from. */
  | 'call-as-text'
  /** It thought and said nothing. */
  | 'empty';

export interface ModelTurnResult {
  readonly message: AssistantMessage;
  /** Without thoughts. */
  readonly text: string;
  /** Empty unless `ending` is `tool-calls` or `length`. */
  readonly toolRequests: readonly ModelToolCall[];
  readonly ending: AnswerEnding;
  /** Absent where the server does not count, or not in numbers. */
  readonly usage?: Usage;
  /** The model that answered, by its own name. */
  readonly model: string;
  /** `server/model` that was asked: not the first choice where that failed for good. */
  readonly asked: string;
  readonly latencyMs: number;
  /** Sentences for the person who looks at the step: what was left out of the request, which model was passed over. */
  readonly notes: readonly string[];
}

/**
 * Rejects with `model_unavailable` where the same request may succeed later, with `model_rejected` where somebody must
 * act first, and with an `AbortError` when `signal` was aborted. An answer that was cut off is an error, never a short
 * success. Where the server cannot be asked at all, `details.away` is true and `details.asked` its `server/model`;
 * where it would refuse any question, for its key, name, address or credit, `details.misconfigured` is true.
 * `details.tail` is the end of what the server sent, where that is needed to understand the error.
 */
export type ModelTurn = (request: ModelTurnRequest) => Promise<ModelTurnResult>;
