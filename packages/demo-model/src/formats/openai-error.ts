/** A refusal or failure, as OpenAI's clients expect it. */

import type { ErrorDetails } from './format.ts';

export function openaiError(status: number, message: string, { code, param }: ErrorDetails): object {
  return { error: { message, type: typeOf(status), param: param ?? null, code: code ?? null } };
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
