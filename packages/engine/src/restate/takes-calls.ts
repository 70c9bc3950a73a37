/**
 * Whether the engine takes calls. That it answers says little: after a full disk its log stays closed for good, and
 * while its health is fine every call hangs.
 *
 * Surprise: the call is left with the engine, as a wake is, and nobody waits for the worker's answer. So a worker that
 * is gone or busy is not mistaken for an engine that is ill.
 */

import type { EngineSocket } from './http.ts';
import { pingHandler, probeService } from './names.ts';

/** What the engine says of a service that no worker has registered yet: then there is nothing to be called. */
const unknownService = 404;

/** False also where nobody answers within `timeoutMs`. */
export async function takesCalls(ingress: EngineSocket, timeoutMs: number): Promise<boolean> {
  const path = `/${probeService}/${pingHandler}/send`;
  const answer = await ingress.call({ method: 'POST', path, body: {}, timeoutMs }).catch(() => undefined);
  return answer !== undefined && (answer.status < 300 || answer.status === unknownService);
}
