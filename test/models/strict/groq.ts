/** What Groq refuses: https://console.groq.com/docs/structured-outputs and .../tool-use. */

import type { Refusal, Rule } from '../shape.ts';
import { bad, hasTools, messagesOf, textOf, unknownFields } from './request.ts';

const messageFields = new Set([
  'role',
  'content',
  'name',
  'tool_calls',
  'tool_call_id',
  'reasoning',
  'annotations',
  'refusal',
]);

/** No answer in a form while tools may be called. */
export const noSchemaWithTools: Rule = (body) =>
  hasTools(body) && body['response_format'] !== undefined
    ? bad('json mode cannot be combined with tool/function calling')
    : undefined;

/** No field in a message beyond its own. */
export const knownMessageFields: Rule = (body) => {
  for (const [at, message] of messagesOf(body).entries()) {
    const [stray] = unknownFields(message, messageFields);
    if (stray === undefined) continue;
    return bad(
      `'messages.${at}' : for 'role:${textOf(message['role'])}' the following must be satisfied[('messages.${at}' : property '${stray}' is unsupported)]`,
    );
  }
  return undefined;
};

/** What the model wrote was no call, or not of the schema: the next try may be. */
export const toolUseFailed: Refusal = bad(
  "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
  { code: 'tool_use_failed', failed_generation: '<function=lookup{"city": "Oslo"}</function>' },
);

export const jsonValidateFailed: Refusal = bad(
  "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.",
  { code: 'json_validate_failed', failed_generation: '{"verdict": "approved"' },
);
