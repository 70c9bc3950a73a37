/** How a request failed, whatever the server's words for it: read from status, reason and words. Pure. */

import { compact } from '@perdure/contract';
import type { ServerFault } from '../wire/piece.ts';
import type { Limit } from './http.ts';

export type ModelFailure =
  | StatusFailure
  | { readonly kind: 'unreachable'; readonly reason?: string }
  | { readonly kind: 'cut'; readonly reason?: string }
  | { readonly kind: 'limit'; readonly limit: Limit }
  | { readonly kind: 'odd'; readonly chunk: number; readonly field: string; readonly what: string }
  | { readonly kind: 'no_answer'; readonly contentType: string };

/** The server says that it failed: by its status, or within an answer. */
export interface StatusFailure {
  readonly kind: 'status';
  /** Absent where an answer had begun and the error names none. */
  readonly status?: number;
  readonly reason?: string;
  /** The server's own, fit to be shown. */
  readonly words?: string;
  readonly retryAfter?: string;
  readonly cause: FailureCause;
}

export type FailureCause =
  /** What was asked for does not suit the model or the server. */
  | 'request'
  /** The prompt is longer than the model's context. */
  | 'context'
  | 'key'
  | 'credit'
  | 'model'
  | 'address'
  /** Too many requests, or busy: it passes. */
  | 'busy'
  /** The model's output did not pass the server's check: asked again it may. */
  | 'output'
  /** The server cannot answer now. */
  | 'server'
  /** The prompt is not allowed. */
  | 'policy';

/** By reason or words, in this order: what is sure first. */
const causes: readonly (readonly [FailureCause, RegExp])[] = [
  ['output', /tool_use_failed|json_validate_failed|malformed_function_call|output_parse_failed/i],
  [
    'credit',
    /insufficient_quota|billing|payment|insufficient.?(?:balance|credit|funds)|credit balance|exceeded your current quota|budget.?(?:has been )?exceeded/i,
  ],
  [
    'key',
    /(?:invalid|incorrect|wrong|unknown) (?:x-)?api[ _-]?(?:key|token)|api[ _-]?key (?:is )?(?:not valid|invalid)|invalid_api_key|API_KEY_INVALID/i,
  ],
  [
    'context',
    /context_length|exceed_context|context.?(?:window|size|length)|maximum context|prompt is too long|too many (?:input )?tokens|input is too long|exceeds? the (?:available|maximum|model)/i,
  ],
  [
    'model',
    /model_not_found|model_not_supported|(?:model|engine)[^.]{0,60}(?:not found|does not exist|not exist|is not a valid model)|unknown model|no such model|invalid model/i,
  ],
  ['policy', /content_policy|content_filter|safety|moderation|ResponsibleAI/i],
];

/** Statuses below 500 that pass by themselves. */
const passing: ReadonlySet<number> = new Set([408, 409, 423, 425, 429]);

const byStatus: Readonly<Record<number, FailureCause>> = {
  401: 'key',
  402: 'credit',
  403: 'key',
  404: 'address',
  405: 'address',
  413: 'context',
};

/** Errors in the middle of a stream have a type, and no status. */
const byReason: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  overloaded_error: 529,
};

/** `words` are searched whole and shown cut. */
export function statusFailure(
  fault: ServerFault,
  { retryAfter, shown }: { readonly retryAfter?: string | undefined; readonly shown: string | undefined },
): StatusFailure {
  const { status, reason, words = '' } = fault;
  return {
    kind: 'status',
    cause: causeOf({ status, reason, said: `${reason ?? ''} ${words}` }),
    ...compact({ status, reason, words: shown, retryAfter }),
  };
}

interface Said {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly said: string;
}

function causeOf({ status, reason, said }: Said): FailureCause {
  const told = causes.find(([, pattern]) => pattern.test(said))?.[0];
  // A server that fails says many things.
  if (status !== undefined && status >= 500) return told === 'output' || told === 'context' ? told : 'server';
  // Gemini calls the requests of one minute a quota, and says when there is a new one.
  if (status === 429) return told === 'credit' && !/retry in/i.test(said) ? 'credit' : 'busy';
  if (status !== undefined && status < 400) return 'address';
  if (status === 401 || status === 403) return told === 'policy' || told === 'credit' ? told : 'key';
  if (told !== undefined) return told;
  const implied = reason === undefined ? undefined : byReason[reason];
  if (status === undefined && implied !== undefined) return causeOf({ status: implied, reason, said });
  if (status === undefined)
    return /overloaded|rate.?limit|busy|capacity|too many requests/i.test(said) ? 'busy' : 'server';
  if (passing.has(status)) return 'busy';
  return byStatus[status] ?? 'request';
}

/** Whether the server cannot be asked at all now, whatever the question. */
export function isAway(failure: ModelFailure): boolean {
  if (failure.kind === 'unreachable') return !isMisspoken(failure);
  if (failure.kind === 'limit') return failure.limit === 'first-byte';
  if (failure.kind !== 'status') return false;
  // An error in the middle of an answer says nothing of the next one.
  return failure.cause === 'busy' || (failure.cause === 'server' && failure.status !== undefined);
}

/** Certificates that are not trusted, and what is no HTTP: waiting changes nothing. */
export function isMisspoken({ reason = '' }: { readonly reason?: string }): boolean {
  return /CERT|SELF_SIGNED|^ERR_SSL|^ERR_TLS|^EPROTO|^HPE_|UNABLE_TO/.test(reason);
}

const misconfigured: ReadonlySet<FailureCause> = new Set(['key', 'credit', 'model', 'address']);

/** Whether the server would refuse any question, until somebody changes what is configured, or pays. */
export function isMisconfigured(failure: ModelFailure): boolean {
  if (failure.kind === 'unreachable' || failure.kind === 'cut') return isMisspoken(failure);
  return failure.kind === 'no_answer' || (failure.kind === 'status' && misconfigured.has(failure.cause));
}

/** Whether the same request may succeed later. */
export function mayPass(failure: ModelFailure): boolean {
  if (failure.kind === 'cut') return !isMisspoken(failure);
  if (failure.kind === 'limit') return failure.limit !== 'bytes';
  return isAway(failure) || (failure.kind === 'status' && (failure.cause === 'output' || failure.cause === 'server'));
}
