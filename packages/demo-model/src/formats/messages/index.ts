import type { WireFormat } from '../format.ts';
import { bearerOf } from '../checks.ts';
import { messagesCallId } from './answer.ts';
import { readMessages } from './request.ts';

/** Anthropic's messages. */
export const messages: WireFormat = {
  api: 'messages',
  path: '/v1/messages',
  read: readMessages,
  errorBody: (status, message) => ({ type: 'error', error: { type: errorType(status), message }, request_id: null }),
  apiKeyOf: ({ authorization, 'x-api-key': key }) => (typeof key === 'string' ? key : bearerOf(authorization)),
  structuredField: 'output_config.format',
  carriedName: 'thinking block',
  callId: messagesCallId,
};

/** https://platform.claude.com/docs/en/api/errors */
const errorTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const errorType = (status: number): string =>
  errorTypes[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
