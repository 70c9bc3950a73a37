/**
 * What a failed model request means, and what to do about it. The words of the provider are left out on purpose: they
 * may repeat the key or the prompt. Its machine-readable reason (`insufficient_quota`) is kept.
 */

import { compact, PerdureError } from '@perdure/contract';

/** How a request failed, whatever library made it. */
export type ModelFailure =
  | { readonly kind: 'status'; readonly status: number; readonly reason?: string; readonly retryAfter?: string }
  /** The server refuses the tools that were offered. */
  | { readonly kind: 'no_tools'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly reason?: string }
  | { readonly kind: 'cut'; readonly reason?: string }
  | { readonly kind: 'not_a_stream'; readonly contentType: string };

export interface ModelErrorContext {
  /** Scheme, host and port of the model server; not its URL, which could carry a secret. */
  readonly origin: string;
  readonly model: string;
  /** Milliseconds since the epoch, to read a `Retry-After` date. */
  readonly now: number;
}

const maxRetryAfterMs = 10 * 60_000;

/** Statuses below 500 that pass by themselves. */
const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

const remedies: Readonly<Record<number, string>> = {
  400: 'the request does not suit this model; check MODEL_ID and the settings in the front matter of the agent',
  401: 'the key was not accepted; check AI_API_KEY',
  402: 'the account has no credit; add some at the provider',
  403: 'the key may not use this model; check AI_API_KEY and MODEL_ID',
  404: 'there is no such address or model; check AI_BASE_URL and MODEL_ID',
  413: 'the request is too large for this server; shorten the input',
  422: 'the request does not suit this model; check MODEL_ID and the settings in the front matter of the agent',
};

export function modelError(failure: ModelFailure, { origin, model, now }: ModelErrorContext): PerdureError {
  const server = `The model server at ${origin}`;
  switch (failure.kind) {
    case 'status': {
      const { status, reason, retryAfter } = failure;
      const said = `${server} answered ${status}${reason === undefined ? '' : ` (${reason})`} for ${model}`;
      if (status < 500 && !passingStatuses.has(status)) {
        const remedy = remedies[status] ?? 'check AI_BASE_URL, AI_API_KEY and MODEL_ID';
        return new PerdureError('model_rejected', `${said}: ${remedy}.`, { details: { status } });
      }
      const retryAfterMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, now);
      const details = { status, ...compact({ retryAfterMs }) };
      const cause = status === 429 ? 'it has too many requests' : 'it cannot answer now';
      return new PerdureError('model_unavailable', `${said}: ${cause}; try again later.`, { details });
    }
    case 'no_tools': {
      const { status } = failure;
      const message = `${server} answered ${status} for ${model}: the model takes no tools, or not these; use a model with tools, or remove "tools" from the front matter of the agent.`;
      return new PerdureError('model_rejected', message, { details: { status } });
    }
    case 'unreachable': {
      const why = failure.reason === undefined ? '' : ` (${failure.reason})`;
      return new PerdureError(
        'model_unavailable',
        `${server} cannot be reached${why}; check that it is up and that AI_BASE_URL is right.`,
      );
    }
    case 'cut': {
      const why = failure.reason === undefined ? '' : ` (${failure.reason})`;
      return new PerdureError(
        'model_unavailable',
        `${server} broke off before its answer was complete${why}; try again.`,
      );
    }
    case 'not_a_stream':
      return new PerdureError(
        'model_rejected',
        `${server} answered with ${failure.contentType} instead of an event stream; check that AI_BASE_URL names an OpenAI-compatible API.`,
      );
    default:
      return failure satisfies never;
  }
}

/**
 * `Retry-After` in milliseconds from `now`: seconds or an HTTP date, at most ten minutes; undefined where it is
 * neither.
 */
export function parseRetryAfter(value: string, now: number): number | undefined {
  const text = value.trim();
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(Math.ceil(ms), 0), maxRetryAfterMs);
}
