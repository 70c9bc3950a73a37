import { bearerOf } from '../checks.ts';
import type { WireFormat } from '../format.ts';
import { openaiError } from '../openai-error.ts';
import { responsesCallId } from './answer.ts';
import { readResponses } from './request.ts';

/** OpenAI's responses. */
export const responses: WireFormat = {
  api: 'responses',
  path: '/v1/responses',
  read: readResponses,
  errorBody: openaiError,
  apiKeyOf: ({ authorization }) => bearerOf(authorization),
  structuredField: 'text.format',
  carriedName: 'reasoning item',
  callId: responsesCallId,
};
