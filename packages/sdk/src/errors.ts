/**
 * Failures of a call as errors of the catalogue: the server's own words where there are some, ours where it could not
 * be asked.
 */

import { errorBodySchema, PerdureError } from '@perdure/contract';

export async function errorOf(response: Response, url: string): Promise<PerdureError> {
  const parsed = errorBodySchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) return notOurs(url, `status ${response.status} without an error body of Perdure`);
  const { error, code, details, requestId } = parsed.data;
  return new PerdureError(code, error, { details: { ...details, requestId } });
}

export function unreachable(url: string, cause: unknown): PerdureError {
  return new PerdureError('unreachable', `Perdure cannot be reached at ${url}: is \`perdure up\` running?`, { cause });
}

export function notOurs(url: string, what: string, cause?: unknown): PerdureError {
  return new PerdureError(
    'internal',
    `The server at ${url} answered with ${what}: is it Perdure, and of the same version as this client?`,
    { cause },
  );
}

/** A server that takes the connection and says nothing: it hangs, or is being stopped. */
export function silent(url: string, patienceMs: number): PerdureError {
  return new PerdureError(
    'timeout',
    `The server at ${url} has not answered within ${patienceMs / 1000} s; \`perdure status\` tells how its parts are.`,
  );
}
