import { bearerOf } from '../checks.ts';
import type { WireFormat } from '../format.ts';
import { openaiError } from '../openai-error.ts';
import { chatCallId } from './answer.ts';
import { readChat } from './request.ts';

/** OpenAI's chat completions. */
export const chat: WireFormat = {
  api: 'chat',
  path: '/v1/chat/completions',
  read: readChat,
  errorBody: openaiError,
  apiKeyOf: ({ authorization }) => bearerOf(authorization),
  structuredField: 'response_format',
  carriedName: 'reasoning_content',
  callId: chatCallId,
};
