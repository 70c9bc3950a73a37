/** A model server as settings describe it, its key resolved. Lives in memory only: it holds secrets. */

import type { OptionalFeature } from './learnt.ts';
import type { ModelApi } from './message.ts';

export interface ModelServer {
  /** By which `model: <name>/<model>` means it; `default` is the one of AI_BASE_URL. */
  readonly name: string;
  readonly api: ModelApi;
  /** Version included: `http://127.0.0.1:7378/v1`. No credentials. */
  readonly baseUrl: string;
  /** Absent for servers that ask for none. */
  readonly apiKey?: string;
  /** Sent with each request: what a gateway wants. They may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: TurnLimits;
}

/** How long one request may take, and how much it may send. Milliseconds, and bytes. */
export interface TurnLimits {
  /** From the request to the first byte of the answer: a local model reads the whole prompt first. */
  readonly firstByteMs: number;
  /** Between two pieces of the answer. */
  readonly silenceMs: number;
  readonly wholeMs: number;
  readonly bytes: number;
}

/** Minutes to the first byte: what a laptop without a graphics card needs for a long prompt. */
export const defaultLimits: TurnLimits = {
  firstByteMs: 15 * 60_000,
  silenceMs: 5 * 60_000,
  wholeMs: 60 * 60_000,
  bytes: 64 * 1024 * 1024,
};

/** One model on one server. */
export interface ModelTarget {
  readonly server: ModelServer;
  readonly model: string;
  /** Parts of a request that it is never sent, as the settings say. */
  readonly without?: readonly OptionalFeature[];
}

/** `groq/llama-3.3-70b`: how a model is named in the record, in what was learnt and to people. */
export function modelName({ server, model }: ModelTarget): string {
  return `${server.name}/${model}`;
}
