/**
 * Reads how a request failed out of what Mastra and the AI SDK inside it throw. Their errors carry the request, so they are read here
 * and dropped: never logged, never kept as a cause.
 */

import type { ModelFailure } from './model-errors.ts';

/** What not every server knows. A server that refuses one is asked again without it. */
export const optionalFeatures = ['response_format', 'stream_options'] as const;
export type OptionalFeature = (typeof optionalFeatures)[number];

const blames: Readonly<Record<OptionalFeature, RegExp>> = {
  response_format: /response_format|json_schema|structured output/i,
  stream_options: /stream_options|include_usage/i,
};

/** The one of the features sent that the server blames for its refusal. */
export function blamedFeature(error: unknown, sent: readonly OptionalFeature[]): OptionalFeature | undefined {
  const status = member(error, 'statusCode');
  if (status !== 400 && status !== 422) return undefined;
  const words = `${String(member(error, 'message'))} ${String(member(error, 'responseBody'))}`;
  return sent.find((feature) => blames[feature].test(words));
}

/** What a connection dies of after it was made. */
const brokenConnection: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** How the request failed. An error with status 200 came after the answer had begun. */
export function readFailure(error: unknown): ModelFailure {
  const said = member(error, 'data', 'error') ?? error;
  // A code in a `domain` is Mastra's own, not the server's.
  const code = member(error, 'domain') === undefined ? member(said, 'code') : undefined;
  const status = [member(error, 'statusCode'), code].find(isErrorStatus);
  if (status !== undefined) {
    const retryAfter = member(error, 'responseHeaders', 'retry-after');
    return {
      kind: 'status',
      status,
      ...reasonOf(code, member(said, 'type')),
      ...(typeof retryAfter === 'string' ? { retryAfter } : {}),
    };
  }
  const { reason } = reasonOf(code, member(error, 'cause', 'code'), member(error, 'cause', 'cause', 'code'));
  const wasConnected =
    member(error, 'statusCode') !== undefined || member(error, 'url') === undefined || brokenConnection.has(reason);
  return { kind: wasConnected ? 'cut' : 'unreachable', ...(reason === undefined ? {} : { reason }) };
}

function isErrorStatus(value: unknown): value is number {
  return typeof value === 'number' && value >= 400 && value <= 599;
}

/** Identifiers only (`insufficient_quota`, `ECONNREFUSED`): free text may repeat the key or the prompt. */
function reasonOf(...candidates: readonly unknown[]): { readonly reason?: string } {
  const reason = candidates.find((value) => typeof value === 'string' && /^[A-Za-z][A-Za-z_]{0,39}$/.test(value));
  return typeof reason === 'string' ? { reason } : {};
}

function member(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (owner, key) => (typeof owner === 'object' && owner !== null ? (owner as Record<string, unknown>)[key] : undefined),
    value,
  );
}
