/** Errors that servers put into an answer, in the forms they have for it. */

import { compact } from '@perdure/contract';
import { isObject, membersOf, textOf, type Given } from '../wire/loose.ts';
import type { ServerFault } from '../wire/piece.ts';

export interface FaultContext {
  /** The event or the status says that it is one. */
  readonly isError: boolean;
  /** It holds an answer: what may be an error then is none. */
  readonly isAnswer: boolean;
}

/**
 * `{"error": {…}}` of OpenAI, `{"error": "…"}` of Ollama, `{"object": "error"}` of vLLM, `{"type": "error"}` of
 * Anthropic, `{"detail": …}` of FastAPI, `{"message": …}` of gateways.
 */
export function faultOf(data: Given, { isError, isAnswer }: FaultContext): ServerFault | undefined {
  const { error, errors } = data;
  if (typeof error === 'string' && error !== '')
    return compact({
      words: error,
      status: statusOf(data['code'] ?? data['status']),
      reason: reasonOf(data['code'], data['type']),
    });
  if (isObject(error) && Object.keys(error).length > 0) return faultFrom(error, data);
  if (Array.isArray(errors) && errors.length > 0) return faultFrom(membersOf(errors[0]), data);
  if (isError || data['object'] === 'error') return faultFrom(data, data);
  if (isAnswer) return undefined;
  const { detail, message, code, status } = data;
  if (detail !== undefined && data['type'] === undefined) return { words: textOf(detail) ?? JSON.stringify(detail) };
  const isGateway =
    typeof message === 'string' &&
    (statusOf(code ?? status ?? data['statusCode']) !== undefined || Object.keys(data).length === 1);
  return isGateway ? faultFrom(data, data) : undefined;
}

function faultFrom(error: Given, around: Given): ServerFault {
  const { code, type, status, message, param } = error;
  const raw = textOf(membersOf(error['metadata'])['raw']);
  const said = textOf(message) ?? textOf(error['detail']) ?? textOf(error['error']);
  return compact({
    status: [code, status, error['statusCode'], around['code'], around['status']]
      .map(statusOf)
      .find((one) => one !== undefined),
    reason: reasonOf(code, type, status, param),
    words: raw === undefined ? said : `${said ?? ''} ${raw}`.trim(),
  });
}

function statusOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 400 && number <= 599 ? number : undefined;
}

/** The first that is an identifier and says more than that there was an error. */
function reasonOf(...candidates: readonly unknown[]): string | undefined {
  return candidates.find(
    (value): value is string => typeof value === 'string' && /^[A-Za-z][\w.-]{0,59}$/.test(value) && value !== 'error',
  );
}
