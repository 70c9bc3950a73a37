/**
 * The model turn on Mastra. A server is first asked for everything it may know; what it refuses is left out, at once
 * and for this model from then on. Tools are never left out: an agent without its tools would make up what they should
 * have told it.
 */

import { PerdureError } from '@perdure/contract';
import { blamedFeature, blamesTools, optionalFeatures, readFailure, type OptionalFeature } from './mastra-failures.ts';
import { askModel, loadMastra, type MastraAgent, type Outcome } from './mastra-request.ts';
import { modelError, type ModelFailure } from './model-errors.ts';
import type { ModelTurn, ModelTurnRequest } from './model-turn.ts';

export interface ModelSettings {
  /** An OpenAI-compatible API, version included: `http://127.0.0.1:7378/v1`. */
  readonly baseUrl: string;
  /** Absent for servers that ask for none. */
  readonly apiKey?: string | undefined;
  readonly modelId: string;
}

/** Makes the port of the model turn. Nothing is loaded or requested before the first turn. */
export function createModelTurn({ baseUrl, apiKey, modelId }: ModelSettings): ModelTurn {
  const origin = originOf(baseUrl);
  const refused = new Map<string, ReadonlySet<OptionalFeature>>();
  let loading: Promise<MastraAgent> | undefined;

  return async (request) => {
    const model = request.model ?? modelId;
    let idempotencyKey = request.idempotencyKey;
    for (;;) {
      throwIfAborted(request.signal);
      const agent = await (loading ??= loadMastra());
      const features = optionalFeatures.filter((feature) => !refused.get(model)?.has(feature));
      const outcome = await askModel(agent, request, { baseUrl, apiKey, model, features, idempotencyKey });
      throwIfAborted(request.signal);
      if (outcome.kind === 'answered') return outcome.result;
      const feature = outcome.kind === 'threw' ? blamedFeature(outcome.error, features) : undefined;
      if (feature === undefined) {
        throw modelError(failureOf(outcome, request), { origin, model, now: Date.now() });
      }
      refused.set(model, new Set([...(refused.get(model) ?? []), feature]));
      // Another body needs another key.
      idempotencyKey += `-without-${feature}`;
    }
  };
}

/** Scheme, host and port; credentials in the address are refused, since it appears in messages of `fetch`. */
function originOf(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') {
    return url.origin;
  }
  throw new PerdureError(
    'config_invalid',
    'AI_BASE_URL is not an http or https address without credentials; correct it, and put the key into AI_API_KEY.',
  );
}

function failureOf(outcome: Exclude<Outcome, { kind: 'answered' }>, { tools }: ModelTurnRequest): ModelFailure {
  if (outcome.kind === 'failed') return outcome.failure;
  const failure = readFailure(outcome.error);
  const isBlamed = failure.kind === 'status' && tools.length > 0 && blamesTools(outcome.error);
  return isBlamed ? { kind: 'no_tools', status: failure.status } : failure;
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new DOMException('The model turn was aborted.', 'AbortError');
}
