/** A model server as settings describe it, its key resolved. Lives in memory only: it holds secrets. */

import { PerdureError, type WantedSecret } from '@perdure/contract';
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
  /** What lies in a vault: `key`, or `header:` and its name. Whoever asks the server looks it up before. */
  readonly secrets?: readonly WantedSecret[];
  readonly limits: TurnLimits;
}

/** How what lies in a vault is called: the key of a server, and a header of it. */
export const keyName = 'key';
export const headerName = (header: string): string => `header:${header}`;
const headerOf = (name: string): string | undefined => /^header:(.+)$/s.exec(name)?.[1];

/** With what lies in a vault in its place: it holds secrets from then on. */
export function withSecretValues(server: ModelServer, values: Readonly<Record<string, string>>): ModelServer {
  const { secrets: _secrets, ...rest } = server;
  const odd = Object.entries(values).find(([, value]) => !/^[\x20-\x7e]+$/.test(value));
  if (odd !== undefined) {
    throw new PerdureError(
      'config_invalid',
      `What lies in the vault as the ${odd[0]} of ${server.name} cannot travel in a header: put letters, digits and signs of ASCII there.`,
    );
  }
  const { [keyName]: key, ...others } = values;
  const headers = Object.fromEntries(
    Object.entries(others).flatMap(([name, value]) => {
      const header = headerOf(name);
      return header === undefined ? [] : [[header, value] as const];
    }),
  );
  return { ...rest, headers: { ...rest.headers, ...headers }, ...(key !== undefined && { apiKey: key }) };
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
