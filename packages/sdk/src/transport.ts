/**
 * One HTTP request to the server: address, key, and the difference between "not reached" and "given up by the caller".
 */

import { compact } from '@perdure/contract';
import { silent, unreachable } from './errors.ts';

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
  /** A body that is not JSON; read as it is sent. */
  readonly bytes?: Blob;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the server counts as silent; default: it may take its time. */
  readonly patienceMs?: number | undefined;
}

export type Transport = (request: TransportRequest) => Promise<Response>;

const isClosed = (error: unknown): boolean => {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  return cause?.code === 'UND_ERR_SOCKET' || cause?.code === 'ECONNRESET';
};

/**
 * Resolves for any status; rejects with `unreachable`, with `timeout`, or with the reason of the caller's own signal.
 */
export function createTransport(options: TransportOptions): Transport {
  const { url, key, fetch = globalThis.fetch } = options;
  const base = url.replace(/\/+$/, '');
  return async ({ method, path, headers, body, bytes, signal, patienceMs }) => {
    const patience = patienceMs === undefined ? undefined : AbortSignal.timeout(patienceMs);
    const signals = [signal, patience].filter((one) => one !== undefined);
    const init: RequestInit = {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${key}`,
        ...compact({ 'content-type': body === undefined ? undefined : 'application/json' }),
      },
      // A redirect could carry the key to somebody else.
      redirect: 'error',
      ...compact({
        body: body === undefined ? bytes : JSON.stringify(body),
        signal: signals.length > 0 ? AbortSignal.any(signals) : undefined,
      }),
    };
    try {
      return await fetch(base + path, init).catch((cause: unknown) => {
        // A connection that was kept may have been closed by the server in the moment in which it is used again.
        if (method === 'GET' && isClosed(cause)) return fetch(base + path, init);
        throw cause;
      });
    } catch (cause) {
      signal?.throwIfAborted();
      if (patience?.aborted === true) throw silent(base, patienceMs ?? 0);
      throw unreachable(base, cause);
    }
  };
}
