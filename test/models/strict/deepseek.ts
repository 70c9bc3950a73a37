/** What DeepSeek refuses: https://api-docs.deepseek.com/guides/thinking_mode and .../json_mode. */

import type { Rule } from '../shape.ts';
import { bad, callsOf, isGiven, messagesOf } from './request.ts';

/** JSON mode without a schema is all there is. */
export const jsonObjectOnly: Rule = (body) => {
  const format = body['response_format'];
  return isGiven(format) && format['type'] === 'json_schema'
    ? bad('This response_format type is unavailable now', { code: 'invalid_request_error' })
    : undefined;
};

/** What was thought before a call comes back with it. */
export const reasoningBack: Rule = (body) =>
  messagesOf(body).some((message) => callsOf(message).length > 0 && typeof message['reasoning_content'] !== 'string')
    ? bad('The `reasoning_content` in the thinking mode must be passed back to the API.', {
        code: 'invalid_request_error',
      })
    : undefined;
