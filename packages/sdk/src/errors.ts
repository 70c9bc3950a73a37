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
  const untrusted = whyUntrusted(cause);
  if (untrusted !== undefined) return new PerdureError('unreachable', `${url} ${untrusted}.`, { cause });
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

/** Why TLS was not agreed on, as the end of a sentence that begins with the address. */
function whyUntrusted(cause: unknown): string | undefined {
  const code = (cause as { readonly cause?: { readonly code?: unknown } } | undefined)?.cause?.code;
  switch (code) {
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'shows a certificate of somebody that this program does not trust: if it is yours, name the file of its root with NODE_EXTRA_CA_CERTS';
    case 'CERT_HAS_EXPIRED':
      return 'shows a certificate that has expired: have it renewed there, and look at the clock here';
    case 'CERT_NOT_YET_VALID':
      return 'shows a certificate that is not valid yet: look at the clocks of both machines';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'shows a certificate for other names: ask by one of those, which `perdure status` prints there';
    default:
      return undefined;
  }
}
