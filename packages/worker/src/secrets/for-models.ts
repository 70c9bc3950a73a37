/**
 * Keys of model servers that lie in a vault: looked up with each request, so that a rotation holds from the next one
 * on, and in memory no longer than that. What keeps one from being had is a mistake of what is configured, and stops
 * the run as such (`details.misconfigured`).
 */

import { isPerdureError, PerdureError } from '@perdure/contract';
import { modelName, withSecretValues, type Ask, type AskRequest, type ModelTarget } from '@perdure/models';
import type { AskSecrets } from './lender.ts';

/** Rejects with `model_rejected` where a secret cannot be had. */
export function withModelSecrets(ask: Ask, secretsOf: AskSecrets): Ask {
  return async (request) => {
    const { target, turn } = request;
    const { server } = target;
    if (server.secrets === undefined) return await ask(request);
    const answer = await secretsOf(
      {
        grantee: { kind: 'model', name: server.name },
        fingerprint: new URL(server.baseUrl).origin,
        // It begins with the run and the step.
        reason: `model ${server.name}, request ${turn.idempotencyKey}`.slice(0, longestReason),
        wanted: [...server.secrets],
      },
      turn.signal,
    );
    if (answer.kind === 'refused') throw notHad(target, answer.error);
    const { secrets } = answer;
    try {
      return await ask(withValues(request, secrets.values));
    } finally {
      secrets.end();
    }
  };
}

const longestReason = 500;

/** @throws PerdureError `model_rejected` where one cannot travel in a header */
function withValues({ target, turn, ...request }: AskRequest, values: Readonly<Record<string, string>>): AskRequest {
  try {
    return { ...request, turn, target: { ...target, server: withSecretValues(target.server, values) } };
  } catch (error) {
    throw isPerdureError(error) ? notHad(target, error) : error;
  }
}

function notHad(target: ModelTarget, { message, code }: PerdureError): PerdureError {
  const asked = modelName(target);
  return new PerdureError('model_rejected', `${asked} cannot be asked, since its key cannot be had. ${message}`, {
    details: { misconfigured: true, asked, why: code },
  });
}
