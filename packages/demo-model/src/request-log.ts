/**
 * What was asked of the model, from the model's side: the judge of "never paid twice". One NDJSON line when a request
 * has arrived, written before anything is answered, and one when it ended. A line written survives the death of this
 * process (not of the machine: it is not synced). Headers, keys and prompts are never logged, only a hash of the
 * messages.
 */

import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { ModelRequest, WireApi } from './formats/format.ts';

/** A request as it is kept. */
export interface LoggedRequest {
  readonly n: number;
  /** ISO time of arrival. */
  readonly at: string;
  /** As the caller sent it: `<run>/<step key>/<attempt>`. */
  readonly idempotencyKey: string | null;
  /** The wire format that it came in. */
  readonly api: WireApi;
  readonly model: string;
  readonly stream: boolean;
  /** How many messages. */
  readonly messages: number;
  /** SHA-256 of the messages, and of the instructions where they lie beside them. */
  readonly promptHash: string;
  /** Whether a field asks for structured output. */
  readonly responseFormat: boolean;
  readonly outcome: RequestOutcome;
}

/** `answered` carries the HTTP status, errors included; `aborted` tells who hung up. */
export type RequestOutcome =
  | { readonly kind: 'pending' }
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'aborted'; readonly by: 'client' | 'script' };

/** `at`: milliseconds since the epoch. */
export interface Arrival extends Pick<LoggedRequest, 'api' | 'idempotencyKey'> {
  readonly at: number;
}

export interface RequestLog {
  arrived(request: ModelRequest, arrival: Arrival): LoggedRequest;
  ended(request: LoggedRequest, outcome: Exclude<RequestOutcome, { kind: 'pending' }>, at: number): void;
  list(): readonly LoggedRequest[];
  close(): void;
}

/** Requests kept in memory; the file keeps them all. */
const maxKept = 10_000;

/** Opens the log; without a file it is kept in memory alone. */
export function openRequestLog(file: string | undefined): RequestLog {
  const handle = file === undefined ? undefined : openSync(file, 'a', 0o600);
  const kept = new Map<number, LoggedRequest>();
  let count = 0;
  const write = (line: object) => {
    if (handle !== undefined) writeSync(handle, `${JSON.stringify(line)}\n`);
  };
  return {
    arrived(request, { api, idempotencyKey, at }) {
      count += 1;
      const facts = {
        n: count,
        at: new Date(at).toISOString(),
        idempotencyKey,
        api,
        model: request.model,
        stream: request.isStream,
        messages: request.messages,
        promptHash: createHash('sha256').update(JSON.stringify(request.told)).digest('hex'),
        responseFormat: request.format.kind !== 'text',
      };
      const entry: LoggedRequest = { ...facts, outcome: { kind: 'pending' } };
      kept.set(count, entry);
      kept.delete(count - maxKept);
      write({ event: 'request', ...facts });
      return entry;
    },
    ended(request, outcome, at) {
      const { n, idempotencyKey } = request;
      if (kept.has(n)) kept.set(n, { ...request, outcome });
      const { kind: event, ...facts } = outcome;
      write({ event, n, at: new Date(at).toISOString(), idempotencyKey, ...facts });
    },
    list: () => [...kept.values()],
    close() {
      if (handle !== undefined) closeSync(handle);
    },
  };
}
