/**
 * A model turn through Mastra: the only import of it. One agent serves all turns; instructions, model and settings come with each.
 *
 * Surprises, each found by running the pinned version:
 * - Mastra's own structured output parses the whole text again with every delta (6 s of CPU for an answer of 32 KiB, instead of
 *   0.1 s) and completes JSON that was cut off. So the schema travels as a plain field of the body, and the text is parsed elsewhere.
 * - A stream that ends without a finish reason, and an aborted one, resolve as finished ones do. Both are told apart here.
 * - HTTP clients are cached by their headers: the idempotency key is a setting of the call, else each turn would leak a client.
 */

import type { Agent } from '@mastra/core/agent';
import { PerdureError } from '@perdure/contract';
import { blamedFeature, optionalFeatures, readFailure, type OptionalFeature } from './mastra-failures.ts';
import { modelError, type ModelFailure } from './model-errors.ts';
import type { ModelTurn, ModelTurnRequest, ModelTurnResult } from './model-turn.ts';

export interface ModelSettings {
  /** An OpenAI-compatible API, version included: `http://127.0.0.1:7378/v1`. */
  readonly baseUrl: string;
  /** Absent for servers that ask for none. */
  readonly apiKey?: string | undefined;
  readonly modelId: string;
}

/** Name of the provider inside Mastra; no environment variable is looked up for it. */
const providerId = 'perdure';

/** Makes the port of the model turn. Nothing is loaded or requested before the first turn. */
export function createModelTurn({ baseUrl, apiKey, modelId }: ModelSettings): ModelTurn {
  const origin = originOf(baseUrl);
  const refused = new Map<string, ReadonlySet<OptionalFeature>>();
  let loading: Promise<Agent> | undefined;

  return async (request) => {
    const model = request.model ?? modelId;
    let idempotencyKey = request.idempotencyKey;
    for (;;) {
      throwIfAborted(request.signal);
      const agent = await (loading ??= loadAgent());
      const features = optionalFeatures.filter((feature) => !refused.get(model)?.has(feature));
      const outcome = await streamTurn(agent, request, {
        model: { providerId, modelId: model, url: baseUrl, ...(apiKey === undefined ? {} : { apiKey }) },
        features,
        idempotencyKey,
      });
      throwIfAborted(request.signal);
      if (outcome.kind === 'answered') return outcome.result;
      const feature = outcome.kind === 'threw' ? blamedFeature(outcome.error, features) : undefined;
      if (feature === undefined) {
        const failure = outcome.kind === 'threw' ? readFailure(outcome.error) : outcome.failure;
        throw modelError(failure, { origin, model, now: Date.now() });
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

async function loadAgent(): Promise<Agent> {
  // Read when Mastra is loaded.
  process.env['MASTRA_TELEMETRY_DISABLED'] = '1';
  const [{ Agent }, { Mastra }, { noopLogger }] = await Promise.all([
    import('@mastra/core/agent'),
    import('@mastra/core'),
    import('@mastra/core/logger'),
  ]);
  const agent = new Agent({ id: 'turn', name: 'turn', instructions: '', model: { providerId, modelId: 'unused' } });
  // The default logger prints failed requests, prompt included.
  return new Mastra({ agents: { turn: agent }, logger: noopLogger }).getAgent('turn');
}

interface Wire {
  readonly model: {
    readonly providerId: string;
    readonly modelId: string;
    readonly url: string;
    readonly apiKey?: string;
  };
  readonly features: readonly OptionalFeature[];
  readonly idempotencyKey: string;
}

type Outcome =
  | { readonly kind: 'answered'; readonly result: ModelTurnResult }
  | { readonly kind: 'failed'; readonly failure: ModelFailure }
  | { readonly kind: 'threw'; readonly error: unknown };

async function streamTurn(agent: Agent, request: ModelTurnRequest, wire: Wire): Promise<Outcome> {
  const startedAt = performance.now();
  const { model, features, idempotencyKey } = wire;
  try {
    const stream = await agent.stream([...request.messages], {
      model,
      instructions: features.includes('response_format') ? request.instructions : withSchema(request),
      maxSteps: 1,
      abortSignal: request.signal,
      modelSettings: {
        maxRetries: 0,
        headers: { 'Idempotency-Key': idempotencyKey },
        ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
      },
      providerOptions: { [providerId]: bodyFields(request, features) },
    });
    let isFinished = false;
    let error: unknown;
    for await (const chunk of stream.fullStream) {
      if (chunk.type === 'error') error = chunk.payload.error;
      if (chunk.type === 'text-delta') request.onText?.(chunk.payload.text);
      if (chunk.type === 'step-finish') isFinished = chunk.payload.stepResult.rawReason !== undefined;
    }
    const response = await stream.response;
    if (error !== undefined || !isFinished) {
      const contentType = response.headers?.['content-type'] ?? 'text/event-stream';
      if (!contentType.includes('event-stream'))
        return { kind: 'failed', failure: { kind: 'not_a_stream', contentType } };
      return error === undefined ? { kind: 'failed', failure: { kind: 'cut' } } : { kind: 'threw', error };
    }
    const text = await stream.text;
    const { inputTokens, outputTokens } = await stream.usage;
    const result: ModelTurnResult = {
      messages: [{ role: 'assistant', content: text }],
      text,
      finishReason: (await stream.finishReason) ?? 'unknown',
      ...(inputTokens === undefined || outputTokens === undefined ? {} : { usage: { inputTokens, outputTokens } }),
      model: response.modelId ?? model.modelId,
      latencyMs: Math.round(performance.now() - startedAt),
    };
    return { kind: 'answered', result };
  } catch (error) {
    return { kind: 'threw', error };
  }
}

/** Fields that Mastra puts into the request body as they are. */
function bodyFields({ schema }: ModelTurnRequest, features: readonly OptionalFeature[]) {
  const format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
  return {
    ...(features.includes('response_format') ? { response_format: format } : {}),
    ...(features.includes('stream_options') ? { toJSON: askForUsage } : {}),
  } as Readonly<Record<string, never>>;
}

/**
 * Servers count the tokens of a stream only when asked. Mastra has no setting for it and overwrites a field of that name, so it is
 * added when the body is serialised.
 */
function askForUsage(this: Readonly<Record<string, unknown>>): unknown {
  return { ...this, toJSON: undefined, stream_options: { include_usage: true } };
}

/** For a server without structured output: the wording of Mastra's prompt injection. */
function withSchema({ instructions, schema }: ModelTurnRequest): string {
  const rule = 'You MUST answer with a JSON object that matches the JSON schema above.';
  return `${instructions}\n\nJSON schema:\n${JSON.stringify(schema)}\n${rule}`;
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new DOMException('The model turn was aborted.', 'AbortError');
}
