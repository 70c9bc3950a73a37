/**
 * The one place where a failure becomes an HTTP answer. A failure without a code of the catalogue is ours: the client
 * is told its request id, the log the rest.
 */

import { errorCatalogue, isPerdureError, PerdureError, type ErrorBody } from '@perdure/contract';
import { toStorageError } from '@perdure/db';
import type { Log } from '@perdure/runs/desk';

export interface FailedRequest {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly log: Log;
}

export function errorResponse(error: unknown, request: FailedRequest): Response {
  const { requestId, log } = request;
  const known = asKnown(error);
  const { httpStatus } = errorCatalogue[known.code];
  if (httpStatus >= 500)
    log(`${request.method} ${request.path} failed (request ${requestId}): ${describe(known, error)}`);
  const body: ErrorBody = {
    error: known.message || errorCatalogue[known.code].title,
    code: known.code,
    details: { ...known.details },
    requestId,
  };
  // As the app says it of all answers: some refusals never reach it.
  const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-request-id': requestId };
  return Response.json(body, { status: httpStatus, headers: { ...always, ...headersFor(known) } });
}

function asKnown(error: unknown): PerdureError {
  const translated = toStorageError(error, 'of the state root');
  if (isPerdureError(translated)) return translated;
  return new PerdureError(
    'internal',
    'Something went wrong inside Perdure; the log of the server tells what under the request id of this answer.',
  );
}

function headersFor(error: PerdureError): Record<string, string> {
  if (error.code === 'unauthenticated') return { 'www-authenticate': 'Bearer realm="perdure"' };
  const { allow, retryAfterSeconds } = error.details;
  if (error.code === 'rate_limited') return { 'retry-after': String(retryAfterSeconds) };
  return error.code === 'method_not_allowed' && Array.isArray(allow) ? { allow: allow.join(', ') } : {};
}

/** What has a code says all in its sentence; of a bug we need to know where it is. */
function describe(known: PerdureError, error: unknown): string {
  if (known.code !== 'internal') return `${known.code}: ${known.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
