/** One HTTP request to the server: address, key, and the difference between "not reached" and "given up by the caller". */

import { unreachable } from './errors.ts';

export interface TransportOptions {
  /** `http://127.0.0.1:7373` */
  readonly url: string;
  readonly key: string;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

export interface TransportRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export type Transport = (request: TransportRequest) => Promise<Response>;

/** Resolves for any status; rejects with `unreachable`, or with the reason of the caller's own signal. */
export function createTransport(options: TransportOptions): Transport {
  const { url, key, fetch = globalThis.fetch } = options;
  const base = url.replace(/\/+$/, '');
  return async ({ method, path, headers, body, signal }) => {
    const init: RequestInit = {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      // A redirect could carry the key to somebody else.
      redirect: 'error',
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    };
    try {
      return await fetch(base + path, init);
    } catch (cause) {
      signal?.throwIfAborted();
      throw unreachable(base, cause);
    }
  };
}
