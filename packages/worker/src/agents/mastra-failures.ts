/**
 * Reads how a request failed out of what Mastra and the AI SDK inside it throw. Their errors carry the request, so they
 * are read here and dropped: never logged, never kept as a cause.
 */

import { compact } from '@perdure/contract';
import type { ModelFailure } from './model-errors.ts';

/** What not every server knows, or does well. A server that fails at one is asked again without it. */
export const optionalFeatures = ['response_format', 'stream_options', 'stream'] as const;
export type OptionalFeature = (typeof optionalFeatures)[number];

/** Words by which a server refuses a feature. */
const blames = [
  ['response_format', /response_format|json_schema|structured output/i],
  ['stream_options', /stream_options|include_usage/i],
] as const satisfies readonly (readonly [OptionalFeature, RegExp])[];

/** The one of the features sent that the request failed for. */
export function blamedFeature(error: unknown, sent: readonly OptionalFeature[]): OptionalFeature | undefined {
  if (sent.includes('stream') && lacksCallIds(error)) return 'stream';
  const status = member(error, 'statusCode');
  if (status !== 400 && status !== 422) return undefined;
  const words = wordsOf(error);
  return blames.find(([feature, pattern]) => sent.includes(feature) && pattern.test(words))?.[0];
}

/** The complaint of the AI SDK about a tool call without an id, which it makes in streams only. */
function lacksCallIds(error: unknown): boolean {
  return member(error, 'name') === 'AI_InvalidResponseDataError' && String(member(error, 'message')).includes("'id'");
}

/** Whether the server refuses the tools of the request, by any of the statuses in use for it: OpenRouter says 404. */
export function blamesTools(error: unknown): boolean {
  const status = member(error, 'statusCode');
  return [400, 404, 422, 501].includes(Number(status)) && /\btool|function.?call/i.test(wordsOf(error));
}

function wordsOf(error: unknown): string {
  return `${String(member(error, 'message'))} ${String(member(error, 'responseBody'))}`;
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
      ...compact({ retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined }),
    };
  }
  const { reason } = reasonOf(code, member(error, 'cause', 'code'), member(error, 'cause', 'cause', 'code'));
  const wasConnected =
    member(error, 'statusCode') !== undefined || member(error, 'url') === undefined || brokenConnection.has(reason);
  return { kind: wasConnected ? 'cut' : 'unreachable', ...compact({ reason }) };
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
