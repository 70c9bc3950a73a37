/**
 * One HTTP request, within its limits. Node's own client: the one behind `fetch` gives up after 300 s without a header
 * or a byte, which a local model needs for a long prompt. The variables of a proxy are honoured.
 */

import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { isLoopback } from '../servers/proxy.ts';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import type { TurnLimits } from '../turn/server.ts';

export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly limits: TurnLimits;
  readonly signal: AbortSignal;
}

/** What a limit was about. */
export type Limit = 'first-byte' | 'silence' | 'whole' | 'bytes';

export type HttpProblem =
  /** No connection was made: nothing was sent. */
  | { readonly kind: 'unreachable'; readonly reason?: string }
  /** It broke after the request had been sent. */
  | { readonly kind: 'broken'; readonly reason?: string }
  | { readonly kind: 'limit'; readonly limit: Limit };

/** What the reader of an answer wants to know. */
export interface HttpSink {
  readonly head: (head: { readonly status: number; readonly header: (name: string) => string | undefined }) => void;
  /** Answers what is still wanted: `after` a complete answer only counts may follow, and not for long. */
  readonly bytes: (bytes: Uint8Array) => 'more' | 'little-more' | 'enough';
}

export type HttpEnd =
  /** The connection ended as HTTP promises, or nothing more was wanted. */
  { readonly kind: 'whole' } | { readonly kind: 'problem'; readonly problem: HttpProblem };

/** How long a complete answer waits for its counts. */
const graceMs = 2_000;

/** How long the end of a connection is waited for behind an answer, so that it can be used again. */
const lingerMs = 1_000;

const proxied = { keepAlive: true, proxyEnv: process.env } as const;
const direct = { keepAlive: true } as const;
const agents = {
  'http:': { proxied: new PlainAgent(proxied), direct: new PlainAgent(direct) },
  'https:': { proxied: new TlsAgent(proxied), direct: new TlsAgent(direct) },
} as const;

/** Sends the request and hands on the answer. Never rejects; after an abort the outcome is any. */
export async function sendHttp(request: HttpRequest, sink: HttpSink): Promise<HttpEnd> {
  const end = await sendOnce(request, sink);
  // A connection that was kept for the next request may have been closed just now: nothing was asked of the server.
  return end.kind === 'stale' ? asEnd(await sendOnce(request, sink)) : end;
}

const asEnd = (end: HttpEnd | { readonly kind: 'stale' }): HttpEnd =>
  end.kind === 'stale' ? { kind: 'problem', problem: { kind: 'broken' } } : end;

async function sendOnce(request: HttpRequest, sink: HttpSink): Promise<HttpEnd | { readonly kind: 'stale' }> {
  const { url, headers, body, signal } = request;
  if (signal.aborted) return { kind: 'problem', problem: { kind: 'broken' } };
  return await new Promise((resolve) => {
    const isTls = url.protocol === 'https:';
    const send = isTls ? tlsRequest : plainRequest;
    const outgoing = send(url, {
      method: 'POST',
      agent: agents[isTls ? 'https:' : 'http:'][isLoopback(url.hostname) ? 'direct' : 'proxied'],
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream, application/json',
        'accept-encoding': 'identity',
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      },
    });
    const limits = new LimitWatch(request.limits, (limit) =>
      end({ kind: 'problem', problem: { kind: 'limit', limit } }),
    );
    const abort = (): void => end({ kind: 'problem', problem: { kind: 'broken' } });
    signal.addEventListener('abort', abort, { once: true });
    let isOver = false;
    let isConnected = false;
    let hasHead = false;
    const end = (outcome: HttpEnd | { readonly kind: 'stale' }): void => {
      if (isOver) return;
      isOver = true;
      limits.stop();
      signal.removeEventListener('abort', abort);
      resolve(outcome);
      // Whoever has ended reads nothing more, and pays for nothing more.
      if (outcome.kind === 'whole') setTimeout(() => outgoing.destroy(), lingerMs).unref();
      else outgoing.destroy();
    };
    const fail = (error: NodeJS.ErrnoException): void => {
      if (outgoing.reusedSocket && !hasHead && !isOver) return end({ kind: 'stale' });
      const reason = typeof error.code === 'string' ? { reason: error.code } : {};
      end({ kind: 'problem', problem: { kind: isConnected ? 'broken' : 'unreachable', ...reason } });
    };
    outgoing.on('socket', (socket) => {
      isConnected = !socket.connecting;
      // One that was kept connects no more: a listener would stay on it for each request.
      if (!isConnected) socket.once(isTls ? 'secureConnect' : 'connect', () => (isConnected = true));
    });
    outgoing.on('error', fail);
    outgoing.on('response', (incoming: IncomingMessage) => {
      hasHead = true;
      sink.head({ status: incoming.statusCode ?? 0, header: (name) => headerOf(incoming, name) });
      const body = unpacked(incoming);
      incoming.on('error', fail);
      // What is not packed as it says breaks off.
      if (body !== incoming) body.on('error', fail);
      body.on('data', (bytes: Buffer) => {
        if (isOver || !limits.came(bytes.length)) return;
        const wanted = sink.bytes(bytes);
        if (wanted === 'enough') end({ kind: 'whole' });
        if (wanted === 'little-more') limits.soon(graceMs, () => end({ kind: 'whole' }));
      });
      body.on('end', () => end({ kind: 'whole' }));
      incoming.on('close', () => {
        // What is being unpacked ends by itself, later.
        if (!incoming.complete || body === incoming) end({ kind: 'problem', problem: { kind: 'broken' } });
      });
    });
    outgoing.end(body);
  });
}

/** Some pack an answer that was asked for as it is. */
function unpacked(incoming: IncomingMessage): Readable {
  switch (headerOf(incoming, 'content-encoding')?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return incoming.pipe(createUnzip());
    case 'br':
      return incoming.pipe(createBrotliDecompress());
    case 'zstd':
      return incoming.pipe(createZstdDecompress());
    default:
      return incoming;
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** One timer for all limits: it asks now and then how long nothing came, instead of being set anew with each byte. */
class LimitWatch {
  readonly #limits: TurnLimits;
  readonly #onLimit: (limit: Limit) => void;
  readonly #begin = performance.now();
  #newest = performance.now();
  #bytes = 0;
  #timer: NodeJS.Timeout;
  #grace: NodeJS.Timeout | undefined;

  constructor(limits: TurnLimits, onLimit: (limit: Limit) => void) {
    this.#limits = limits;
    this.#onLimit = onLimit;
    this.#timer = this.#next();
  }

  /** Whether they may still come. */
  came(bytes: number): boolean {
    const isFirst = this.#bytes === 0;
    this.#bytes += bytes;
    this.#newest = performance.now();
    if (this.#bytes > this.#limits.bytes) this.#onLimit('bytes');
    else if (isFirst) {
      clearTimeout(this.#timer);
      this.#timer = this.#next();
    }
    return this.#bytes <= this.#limits.bytes;
  }

  soon(ms: number, then: () => void): void {
    this.#grace ??= setTimeout(then, ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#grace);
  }

  #next(): NodeJS.Timeout {
    const { limit, at } = this.#nearest();
    return setTimeout(
      () => {
        // Some milliseconds early is in time.
        if (this.#nearest().at - performance.now() <= 1) this.#onLimit(limit);
        else this.#timer = this.#next();
      },
      Math.max(0, at - performance.now()),
    );
  }

  #nearest(): { readonly limit: Limit; readonly at: number } {
    const { firstByteMs, silenceMs, wholeMs } = this.#limits;
    const whole = { limit: 'whole', at: this.#begin + wholeMs } as const;
    const quiet =
      this.#bytes === 0
        ? ({ limit: 'first-byte', at: this.#begin + firstByteMs } as const)
        : ({ limit: 'silence', at: this.#newest + silenceMs } as const);
    return quiet.at < whole.at ? quiet : whole;
  }
}
