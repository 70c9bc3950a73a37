/**
 * A wire format: how a request is read, and how what is said is written. What is said is decided once for all formats;
 * everything that one of them has of its own lies behind this.
 */

import type { IncomingHttpHeaders } from 'node:http';
import type { JsonSchema } from '../schema/node.ts';

export const wireApis = ['chat', 'messages', 'responses'] as const;
/** OpenAI's chat completions, Anthropic's messages, OpenAI's responses. */
export type WireApi = (typeof wireApis)[number];

export interface WireFormat {
  readonly api: WireApi;
  readonly path: string;
  /** Checks a request as the provider's server does, as far as its documentation tells. */
  readonly read: (body: unknown, headers: IncomingHttpHeaders) => ReadRequest;
  readonly errorBody: (status: number, message: string, about: ErrorDetails) => object;
  /** As the client sent it. */
  readonly apiKeyOf: (headers: IncomingHttpHeaders) => string | undefined;
  /** The field of a request that asks for structured output; dots lead into it. */
  readonly structuredField: string;
  /** What of an answer with thoughts has to come back with its calls. */
  readonly carriedName: string;
  readonly callId: (n: number, index: number) => string;
}

export interface ErrorDetails {
  readonly code?: string;
  readonly param?: string;
}

export type ReadRequest =
  | { readonly kind: 'read'; readonly request: ModelRequest; readonly form: AnswerForm }
  | RefusedRequest;

export interface RefusedRequest extends ErrorDetails {
  readonly kind: 'refused';
  /** 400 unless given. */
  readonly status?: number;
  readonly message: string;
}

/** A request in the words of no format. */
export interface ModelRequest {
  readonly model: string;
  readonly isStream: boolean;
  readonly items: readonly RequestItem[];
  /** How many messages, as the format counts them. */
  readonly messages: number;
  /** Everything that the model is told, as it came. */
  readonly told: unknown;
  /** As far as a field asks for it. */
  readonly format: WantedFormat;
  readonly tools: readonly OfferedTool[];
  readonly toolChoice: ToolChoice;
  readonly maxOutputTokens?: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type RequestItem =
  | { readonly kind: 'instructions' | 'assistant' | 'result'; readonly text: string }
  /** `first`: the first part of several. */
  | { readonly kind: 'user'; readonly text: string; readonly first: string }
  /** A call that the model made; `thoughts` are those that came back with it. */
  | { readonly kind: 'call'; readonly id: string; readonly thoughts: readonly string[] };

/** The shape that is wanted; `json` is any JSON object. */
export type WantedFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | { readonly kind: 'schema'; readonly schema: JsonSchema };

export interface OfferedTool {
  readonly name: string;
  readonly input: JsonSchema;
}

export type ToolChoice = { readonly kind: 'auto' | 'none' | 'any' } | { readonly kind: 'named'; readonly name: string };

export interface ToolCall {
  readonly name: string;
  /** JSON text, unless the script wants it broken. */
  readonly arguments: string;
}

/** What is said, before it is put into a wire form. */
export interface Completion {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly thoughts?: string;
  /** Said instead of the text. */
  readonly refusal?: string;
  /** In the words of chat completions: `stop`, `length`, `tool_calls`, `content_filter`, or what a script says. */
  readonly finish: string;
}

/** What every part of one answer repeats. */
export interface Envelope {
  /** Number of the request. */
  readonly n: number;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly usage: TokenUsage;
}

export interface TokenUsage {
  readonly input: number;
  readonly output: number;
  readonly thoughts: number;
}

/** How the answer to one request is written. */
export interface AnswerForm {
  /** The whole answer as one JSON body. */
  readonly body: (envelope: Envelope, completion: Completion) => object;
  /** The answer as server-sent events, to the last. */
  readonly events: (envelope: Envelope, completion: Completion) => Iterable<AnswerEvent>;
  /** The event by which a server says in the middle of a stream that it failed. */
  readonly failure: (envelope: Envelope, message: string) => string;
}

/** One event of a streamed answer. */
export interface AnswerEvent {
  readonly text: string;
  /** How much of what is said it carries, tool names and arguments included. */
  readonly characters: number;
  /** Whether everything was said before it. */
  readonly isBehind: boolean;
}
