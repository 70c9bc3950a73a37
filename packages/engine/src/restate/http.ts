/**
 * Calls to the engine over its unix sockets: it listens on nothing else, since its ports would answer any page in a
 * browser.
 */

import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { PerdureError } from '@perdure/contract';

export interface EngineResponse {
  readonly status: number;
  readonly body: string;
}

export interface EngineCall {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
}

/** A connection that says nothing. */
export interface HeldLine {
  /** Resolves when nobody is at its other end: at once where nobody was. */
  readonly gone: Promise<void>;
  end(): void;
}

export class EngineSocket {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Rejects with `unavailable` when nothing answers; every HTTP status is an answer. */
  call(call: EngineCall): Promise<EngineResponse> {
    const { method, path, timeoutMs = 10_000 } = call;
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    return new Promise((resolve, reject) => {
      const unavailable = (cause: unknown): void =>
        reject(
          new PerdureError(
            'unavailable',
            'The engine does not answer; `perdure status` tells whether it is starting.',
            { cause },
          ),
        );
      const outgoing = request(
        {
          socketPath: this.#socketPath,
          agent: this.#agent,
          method,
          path,
          timeout: timeoutMs,
          headers:
            body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', unavailable);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
          );
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      outgoing.on('error', unavailable);
      // Every end of the connection settles the call, a change of protocol too.
      outgoing.on('close', () => unavailable(new Error('closed without an answer')));
      outgoing.end(body);
    });
  }

  /** Whoever holds a line hears of the engine's end at once, and asks nothing meanwhile. */
  hold(): HeldLine {
    const line = connect(this.#socketPath);
    // What went wrong does not matter, and the end is noticed only by those who read.
    line.on('error', () => undefined).resume();
    const gone = new Promise<void>((resolve) => void line.once('close', () => resolve()));
    return { gone, end: () => line.destroy() };
  }

  close(): void {
    this.#agent.destroy();
  }
}
